/**
 * Numbers of Linux's interface, the same on x86-64 and arm64. Source: Linux, `include/uapi/asm-generic/{errno-base,fcntl,
 * ioctls,poll}.h`, `include/uapi/linux/serial.h`; open(2), poll(2), flock(2), ioctl_tty(2).
 *
 * @module
 */

/** `errno`: no such file. */
export const ENOENT = 2;
/** `errno`: interrupted by a signal. */
export const EINTR = 4;
/** `errno`: no such device or address. */
export const ENXIO = 6;
/** `errno`: would have to wait. */
export const EAGAIN = 11;
/** `errno`: no rights. */
export const EACCES = 13;
/** `errno`: in use. */
export const EBUSY = 16;
/** `errno`: no such device. */
export const ENODEV = 19;
/** `errno`: part of the path is no folder. */
export const ENOTDIR = 20;
/** `errno`: not allowed. */
export const EPERM = 1;

/** Read and write, never as controlling terminal, never waiting, not passed on to children. */
export const OPEN_FLAGS = 0o2 | 0o400 | 0o4000 | 0o2000000;
/** `access()`: may be read and written. */
export const R_OK_W_OK = 6;
/** `flock()`: alone, without waiting. */
export const LOCK_ALONE = 2 | 4;
/** `eventfd()`: never waiting, not passed on. */
export const EVENTFD_FLAGS = 0o4000 | 0o2000000;

/** `poll()`: can be read. */
export const POLLIN = 1;
/** `poll()`: can be written. */
export const POLLOUT = 4;
/** `poll()`: error, hung up, or not open; told without being asked. */
export const POLL_GONE = 8 | 16 | 32;

/** `ioctl()`: the settings. */
export const TCGETS2 = 0x802c542a;
/** `ioctl()`: new settings, at once. */
export const TCSETS2 = 0x402c542b;
/** `ioctl()`: 1: wait until all is sent. */
export const TCSBRK = 0x5409;
/** `ioctl()`: throw away; 1: what waits to be sent. */
export const TCFLSH = 0x540b;
/** `ioctl()`: nobody else may open it. */
export const TIOCEXCL = 0x540c;
/** `ioctl()`: others may open it again. */
export const TIOCNXCL = 0x540d;
/** `ioctl()`: how many octets wait to be sent. */
export const TIOCOUTQ = 0x5411;
/** `ioctl()`: control lines on. */
export const TIOCMBIS = 0x5416;
/** `ioctl()`: control lines off. */
export const TIOCMBIC = 0x5417;
/** `ioctl()`: RS-485 settings in force. */
export const TIOCGRS485 = 0x542e;
/** `ioctl()`: new RS-485 settings. */
export const TIOCSRS485 = 0x542f;
/** `ioctl()`: counters of the UART. */
export const TIOCGICOUNT = 0x545d;
/** Control line DTR. */
export const TIOCM_DTR = 2;
/** Control line RTS. */
export const TIOCM_RTS = 4;
