/**
 * A block of ports for the tests of one file, so that files whose tests run side by side do not take each other's
 * ports: importing this is all there is to do. Held as long as the file's tests run, and from before the first of
 * them, or it would count as a leak of that one.
 *
 * @module
 */
import { claimPorts } from "../../src/demo/free_port.ts";

claimPorts();
