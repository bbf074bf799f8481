#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/* CRC-32C is in neither zlib nor Swift's library. On x86-64 the processor has it from SSE 4.2 on; the intrinsics' own header does not link
   from Swift, the compiler's builtin does. Elsewhere Swift uses a table. */
#if defined(__x86_64__)
#define TILLWIRE_HAS_CRC32C 1

static inline int tillwire_crc32c_supported(void) {
    return __builtin_cpu_supports("sse4.2") != 0;
}

__attribute__((target("sse4.2"))) static inline uint32_t tillwire_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = crc;
    while (count >= 8) {
        uint64_t word;
        __builtin_memcpy(&word, bytes, 8);
        state = __builtin_ia32_crc32di(state, word);
        bytes += 8;
        count -= 8;
    }
    uint32_t tail = (uint32_t)state;
    while (count > 0) {
        tail = __builtin_ia32_crc32qi(tail, *bytes);
        bytes += 1;
        count -= 1;
    }
    return tail;
}
#else
#define TILLWIRE_HAS_CRC32C 0

static inline int tillwire_crc32c_supported(void) { return 0; }
static inline uint32_t tillwire_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;
}
#endif
