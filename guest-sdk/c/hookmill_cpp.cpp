// How C++'s library gives up, for programs with <string>, <vector> and the
// like: with words in the attempt's log and a trap.
//
// Its own way is to print to standard error, for which it brings formatted
// output and WASI along: four times the size of a small transform. Part of
// C++ projects only. There are no exceptions, so these are never caught.

#include "hookmill.h"
#include <cstdlib>
#include <new>

#ifdef __wasm__

// libc++ declares it `noexcept` from its version 20 on.
#if _LIBCPP_VERSION >= 200000
#define HM_NOEXCEPT noexcept
#else
#define HM_NOEXCEPT
#endif

_LIBCPP_BEGIN_NAMESPACE_STD
void __libcpp_verbose_abort(const char *, ...) HM_NOEXCEPT {
  hm_abort("C++'s library gave up: an index, a length or a state is wrong");
}
_LIBCPP_END_NAMESPACE_STD

void *operator new(std::size_t size) { return hm_alloc(size); }
void *operator new[](std::size_t size) { return hm_alloc(size); }
void operator delete(void *) noexcept {}
void operator delete[](void *) noexcept {}
void operator delete(void *, std::size_t) noexcept {}
void operator delete[](void *, std::size_t) noexcept {}

#endif
