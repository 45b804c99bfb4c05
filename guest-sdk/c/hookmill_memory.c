/* Memory for one event: a pointer that only moves forward.
 *
 * An instance is dropped after its event, so nothing is worth freeing. libc's
 * malloc is replaced by the same, which makes the component smaller and each
 * event cheaper. On the host every block is one of malloc's own, so that
 * sanitizers see its ends.
 */
#include "hookmill.h"
#include <string.h>

#ifdef __wasm__

#define PAGE 65536u

extern unsigned char __heap_base; /* the linker's: where free memory begins */
static uintptr_t next, end;

static void *bump(size_t align, size_t size) {
  if (!next) {
    next = (uintptr_t)&__heap_base;
    end = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
  }
  uintptr_t at = (next + align - 1) & ~(uintptr_t)(align - 1);
  if (at < next || size > UINTPTR_MAX - at) return NULL;
  if (at + size > end) {
    size_t pages = (at + size - end + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
    end += pages * PAGE;
  }
  next = at + size;
  return (void *)at;
}

/* A block with its size before it: 16 bytes, so that it stays aligned. */
#define HEAD 16u

static size_t *size_of(void *block) { return (size_t *)((char *)block - HEAD); }

static void *block(size_t align, size_t size) {
  if (align < HEAD) align = HEAD;
  if (size > UINTPTR_MAX - align) return NULL;
  char *at = bump(align, size + align);
  if (!at) return NULL;
  *size_of(at + align) = size;
  return at + align;
}

void *malloc(size_t size) { return block(HEAD, size); }

void free(void *at) { (void)at; }

void *calloc(size_t count, size_t size) {
  size_t all;
  if (__builtin_mul_overflow(count, size, &all)) return NULL;
  void *at = malloc(all);
  return at ? memset(at, 0, all) : NULL;
}

void *realloc(void *old, size_t size) {
  if (!old) return malloc(size);
  size_t had = *size_of(old);
  if (size <= had) return old;
  if ((uintptr_t)old + had == next) { /* the last block grows where it is */
    if (!bump(1, size - had)) return NULL;
    *size_of(old) = size;
    return old;
  }
  void *at = malloc(size);
  return at ? memcpy(at, old, had) : NULL;
}

void *aligned_alloc(size_t align, size_t size) { return block(align, size); }

int posix_memalign(void **at, size_t align, size_t size) {
  *at = block(align, size);
  return *at ? 0 : 12; /* ENOMEM */
}

void *hm_alloc(size_t size) {
  void *at = bump(8, size);
  if (!at) hm_abort("there is no more memory");
  return at;
}

/* How the host asks for memory. The canonical ABI never grows a string here,
 * but allows it. */
__attribute__((export_name("cabi_realloc"))) void *hm_cabi_realloc(void *old, size_t had,
                                                                   size_t align, size_t size) {
  if (had && (uintptr_t)old + had == next && size >= had && bump(1, size - had)) return old;
  void *at = bump(align, size);
  if (!at) __builtin_trap();
  if (had) memcpy(at, old, had < size ? had : size);
  return at;
}

#else

#include <stdlib.h>

typedef struct link {
  struct link *next;
} link;
static link *links;

void *hm_alloc(size_t size) {
  link *made = malloc(sizeof *made + size);
  if (!made) hm_abort("there is no more memory");
  made->next = links;
  links = made;
  return made + 1;
}

void hm_test_free_all(void) {
  while (links) {
    link *gone = links;
    links = gone->next;
    free(gone);
  }
}

#endif
