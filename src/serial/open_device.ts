/**
 * Opens a device for this process alone, and sets it.
 *
 * @module
 */
import { cString, errnoOf, type Libc } from "./libc.ts";
import type { LineSettings } from "./line_settings.ts";
import * as linux from "./linux.ts";
import { SerialError } from "./serial_error.ts";
import {
  type Character,
  isTaken,
  readTermios,
  showCharacter,
  TERMIOS_SIZE,
  writeTermios,
} from "./termios.ts";

/** A device that needs longer than this to say no is not asked for its reason: that would hold up the other lines. */
const SLOW_MS = 100;
/** `struct serial_rs485`: flags, delay before, delay after (u32 each), and padding. */
const RS485_SIZE = 32;
const RS485_ENABLED = 1;
const RS485_RTS_ON_SEND = 2;

/** A device that is open and set. */
export interface OpenDevice {
  /** Its file descriptor. */
  fd: number;
  /** Speed and character in force, as the kernel says. */
  inForce: Character;
}

/**
 * Opens a device: not as controlling terminal, locked against other programs (`flock` for those that look, `TIOCEXCL` for
 * those that do not), raw, with the settings asked for. Nothing that has arrived already is thrown away.
 *
 * @param libc The C library.
 * @param settings The line's settings.
 * @returns The device.
 * @throws {SerialError} With the name of what is wrong.
 */
export async function openDevice(libc: Libc, settings: LineSettings): Promise<OpenDevice> {
  const { device } = settings;
  const path = cString(device);
  const since = performance.now();
  let fd = await libc.openLater(path, linux.OPEN_FLAGS);
  if (fd < 0) {
    if (performance.now() - since > SLOW_MS) {
      throw new SerialError(
        "device-fails",
        `${device} does not answer: unplug the adapter and plug it in again`,
      );
    }
    // The reason stayed on the other thread: ask again here. It was fast, so it will be again.
    fd = libc.open(path, linux.OPEN_FLAGS);
    if (fd < 0) throw openError(device, errnoOf(libc));
  }
  try {
    if (libc.flock(fd, linux.LOCK_ALONE) !== 0) throw busy(device);
    const old = new Uint8Array(TERMIOS_SIZE);
    if (libc.ioctl(fd, linux.TCGETS2, old) !== 0) {
      throw new SerialError(
        "not-a-serial-port",
        `${device} is no serial port: expected a device such as /dev/ttyUSB0`,
      );
    }
    libc.ioctlNumber(fd, linux.TIOCEXCL, 0n);
    const inForce = await setCharacter(libc, fd, settings);
    await setControlLines(libc, fd, settings);
    if (settings.rs485 === "kernel") await setRs485(libc, fd, settings);
    return { fd, inForce };
  } catch (error) {
    await libc.closeLater(fd);
    throw error;
  }
}

async function setCharacter(libc: Libc, fd: number, settings: LineSettings): Promise<Character> {
  // What counts is what is in force afterwards: the call succeeds as soon as it could do a part.
  await libc.ioctlLater(fd, linux.TCSETS2, writeTermios(settings));
  const got = new Uint8Array(TERMIOS_SIZE);
  if (libc.ioctl(fd, linux.TCGETS2, got) !== 0) {
    throw new SerialError("device-fails", `${settings.device} went away while it was being set`);
  }
  const inForce = readTermios(got);
  if (isTaken(settings, inForce)) return inForce;
  throw new SerialError(
    "settings-refused",
    `${settings.device} cannot do ${showCharacter(settings)}: it stays at ${showCharacter(inForce)}. ` +
      "Set the panel to what the adapter can do, or use another adapter",
  );
}

async function setControlLines(libc: Libc, fd: number, settings: LineSettings): Promise<void> {
  const { device, rs485 } = settings;
  // Between frames the driver of the bus is off: the others could not speak otherwise.
  const rts = rs485 === "rts" ? false : rs485 === "rts-low" ? true : settings.rts;
  for (
    const [bit, on, name] of [[linux.TIOCM_RTS, rts, "RTS"], [linux.TIOCM_DTR, settings.dtr, "DTR"]] as const
  ) {
    if (on === undefined) continue;
    if (await setControlLine(libc, fd, bit, on)) continue;
    throw new SerialError(
      "settings-refused",
      `${device} has no control line ${name}: leave out the option that sets it`,
    );
  }
}

/**
 * Switches a control line.
 *
 * @param libc The C library.
 * @param fd The device.
 * @param bit Which one.
 * @param on On or off.
 * @returns False when the device has none, or is gone.
 */
export async function setControlLine(libc: Libc, fd: number, bit: number, on: boolean): Promise<boolean> {
  const bits = new Uint8Array(new Int32Array([bit]).buffer);
  return await libc.ioctlLater(fd, on ? linux.TIOCMBIS : linux.TIOCMBIC, bits) === 0;
}

async function setRs485(libc: Libc, fd: number, settings: LineSettings): Promise<void> {
  const asked = new Uint8Array(new Uint32Array(RS485_SIZE / 4).buffer);
  const view = new DataView(asked.buffer);
  view.setUint32(0, RS485_ENABLED | RS485_RTS_ON_SEND, true);
  view.setUint32(4, settings.beforeMs, true);
  view.setUint32(8, settings.afterMs, true);
  const got = new Uint8Array(RS485_SIZE);
  const set = await libc.ioctlLater(fd, linux.TIOCSRS485, asked) === 0 &&
    libc.ioctl(fd, linux.TIOCGRS485, got) === 0;
  if (set && got[0]! & RS485_ENABLED) return;
  throw new SerialError(
    "settings-refused",
    `${settings.device}: its driver cannot switch an RS-485 bus. Use rs485=rts, or no rs485= when the converter switches itself`,
  );
}

function openError(device: string, errno: number): SerialError {
  switch (errno) {
    case linux.ENOENT:
    case linux.ENOTDIR:
      return new SerialError(
        "no-such-device",
        `no such device ${device}: is the adapter plugged in? Its names: ls -l /dev/serial/by-id`,
      );
    case linux.ENXIO:
    case linux.ENODEV:
      return new SerialError("no-such-device", `${device} is only a name: no device answers to it`);
    case linux.EACCES:
    case linux.EPERM:
      return new SerialError(
        "no-rights",
        `no rights to open ${device}: add the user that runs this to the device's group (ls -l ${device} shows it): ` +
          "sudo usermod -aG dialout USER, then start again",
      );
    case linux.EBUSY:
      return busy(device);
    default:
      return new SerialError("device-fails", `${device} cannot be opened: system error ${errno}`);
  }
}

function busy(device: string): SerialError {
  return new SerialError("busy", `${device} is in use by another program; to see which: fuser -v ${device}`);
}
