#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "app/demo/view.h"

namespace senne::demo {
namespace {

// ECMA-48 control sequences.
constexpr std::string_view hide_cursor = "\x1b[?25l";
constexpr std::string_view show_cursor = "\x1b[?25h";
constexpr std::string_view clear_screen = "\x1b[2J";
constexpr std::string_view home = "\x1b[H";
constexpr std::string_view clear_to_end_of_line = "\x1b[K";
constexpr std::string_view clear_below = "\x1b[J";

bool draws_in_place(std::FILE* out) {
  const char* const terminal = std::getenv("TERM");
  return isatty(fileno(out)) == 1 && terminal != nullptr && *terminal != '\0' &&
         std::string_view(terminal) != "dumb";
}

struct Size {
  int width = 80;
  int height = 24;
};
Size size_of(std::FILE* out) {
  winsize size{};
  if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

void write(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

}  // namespace

LiveView::LiveView(std::FILE* out) : out_(out), in_place_(draws_in_place(out)) {}

LiveView::~LiveView() {
  if (in_place_ && begun_) write(out_, show_cursor);
  std::fflush(out_);
}

void LiveView::show(const DemoFigures& figures) {
  if (!in_place_) {
    if (figures.running - last_line_ < line_interval) return;
    last_line_ = figures.running;
    write(out_, summary_line(figures) + '\n');
    std::fflush(out_);
    return;
  }
  const Size size = size_of(out_);
  // The last row stays free: a line ended there would scroll the picture away.
  const std::string screen = render(figures, size.width, size.height - 1);
  std::string drawn;
  if (!begun_) drawn.append(hide_cursor).append(clear_screen);
  begun_ = true;
  drawn.append(home);
  for (std::size_t begin = 0; begin < screen.size();) {
    const std::size_t end = screen.find('\n', begin);
    drawn.append(screen, begin, end - begin).append(clear_to_end_of_line).append("\n");
    begin = end + 1;
  }
  drawn.append(clear_below);
  write(out_, drawn);
  std::fflush(out_);
}

}  // namespace senne::demo
