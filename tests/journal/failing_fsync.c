/*
 * A disk whose fsync fails on demand: preloaded into a process, it makes fsync and fdatasync return EIO while the file
 * named by FSYNC_FAILS exists. Each call that is let through adds one octet to the file named by FSYNC_COUNT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int sync_with(const char *name, int fd) {
  const char *fails = getenv("FSYNC_FAILS");
  const char *count = getenv("FSYNC_COUNT");
  if (fails != NULL && access(fails, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  int result = ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
  if (result == 0 && count != NULL) {
    int log = open(count, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) {
      if (write(log, ".", 1) != 1) result = -1;
      close(log);
    }
  }
  return result;
}

int fsync(int fd) { return sync_with("fsync", fd); }

int fdatasync(int fd) { return sync_with("fdatasync", fd); }
