/** As `global.ts`, for development: it can write what happens to the console. */
import { io, Manager, Socket } from "./browser-debug.ts";

export default Object.assign(io, { io, connect: io, Manager, Socket });
