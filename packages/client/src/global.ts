/** What a script tag gives as `window.io`: the function, with the rest on it. */
import { io, Manager, Socket } from "./browser.ts";

export default Object.assign(io, { io, connect: io, Manager, Socket });
