#include "core/storage.h"
