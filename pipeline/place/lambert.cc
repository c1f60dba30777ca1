#include "pipeline/place/lambert.h"

#include <proj.h>

#include <memory>

#include "core/check.h"

namespace senne::place {
namespace {

constexpr const char* lambert72_to_wgs84 =
    "+proj=pipeline "
    "+step +inv +proj=lcc +lat_0=90 +lon_0=4.367486666666667 +lat_1=51.1666672333333 "
    "+lat_2=49.8333339 +x_0=150000.013 +y_0=5400088.438 +ellps=intl "
    "+step +proj=push +v_3 "
    "+step +proj=cart +ellps=intl "
    "+step +proj=helmert +x=-106.8686 +y=52.2978 +z=-103.7239 +rx=0.3366 +ry=-0.457 +rz=1.8422 "
    "+s=-1.2747 +convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg";
constexpr const char* lambert2008_to_wgs84 =
    "+proj=pipeline "
    "+step +inv +proj=lcc +lat_0=50.797815 +lon_0=4.359215833333333 +lat_1=49.8333333333333 "
    "+lat_2=51.1666666666667 +x_0=649328 +y_0=665262 +ellps=GRS80 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg";

// PROJ's contexts belong to one thread each.
class Transformation {
 public:
  explicit Transformation(const char* pipeline)
      : context_(proj_context_create()), pipeline_(proj_create(context_.get(), pipeline)) {
    SENNE_CHECK(pipeline_ != nullptr);
  }
  Location operator()(double x, double y) const {
    const PJ_COORD there = proj_trans(pipeline_.get(), PJ_FWD, proj_coord(x, y, 0, 0));
    return {there.xy.y, there.xy.x, std::nullopt};
  }

 private:
  struct Free {
    void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
    void operator()(PJ* pipeline) const { proj_destroy(pipeline); }
  };
  std::unique_ptr<PJ_CONTEXT, Free> context_;
  std::unique_ptr<PJ, Free> pipeline_;
};

}  // namespace

Extent extent_of(Grid grid) {
  return grid == Grid::lambert72 ? Extent{20'000, 300'000, 20'000, 250'000}
                                 : Extent{519'000, 800'000, 519'000, 750'000};
}

std::optional<Location> from_grid(Grid grid, double x, double y) {
  if (!extent_of(grid).contains(x, y)) return std::nullopt;
  if (grid == Grid::lambert72) {
    thread_local const Transformation transformation(lambert72_to_wgs84);
    return transformation(x, y);
  }
  thread_local const Transformation transformation(lambert2008_to_wgs84);
  return transformation(x, y);
}

}  // namespace senne::place
