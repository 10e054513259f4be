import { io } from "socket.io-client";

export const socket = io({ autoConnect: false, reconnectionDelay: 100, reconnectionDelayMax: 500 });
