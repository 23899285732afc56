/*
 * A disk that its kernel has made read-only under open files: preloaded into a process, it makes writes to files whose
 * descriptor is a regular file fail with EROFS while the file named by WRITES_FAIL exists.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int refused(int fd) {
  const char *fails = getenv("WRITES_FAIL");
  struct stat about;
  if (fails == NULL || access(fails, F_OK) != 0) return 0;
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return 0;
  errno = EROFS;
  return 1;
}

ssize_t write(int fd, const void *octets, size_t count) {
  if (refused(fd)) return -1;
  return ((ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(fd, octets, count);
}

ssize_t pwrite(int fd, const void *octets, size_t count, off_t at) {
  if (refused(fd)) return -1;
  return ((ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite"))(fd, octets, count, at);
}

ssize_t pwrite64(int fd, const void *octets, size_t count, off64_t at) {
  if (refused(fd)) return -1;
  return ((ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, octets, count, at);
}

int ftruncate64(int fd, off64_t length) {
  if (refused(fd)) return -1;
  return ((int (*)(int, off64_t))dlsym(RTLD_NEXT, "ftruncate64"))(fd, length);
}
