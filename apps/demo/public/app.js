// The page: one of each noun, and who tells whom.

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { showConnection } from "./connection-panel.js";
import { setUpDrawers } from "./drawers.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { $ } from "./page.js";
import { Profile } from "./person.js";
import { Room } from "./room.js";
import { RoomList } from "./room-list.js";
import { themeButton } from "./theme.js";
import { Typing } from "./typing.js";

setUpDrawers();
themeButton($("#theme"));

const profile = new Profile();
const connection = new Connection(profile.secret);
showConnection(connection);

const room = new Room(connection, profile);
new RoomList(connection, room);
const messages = new Messages(connection, room, profile);
const outbox = new Outbox(connection, room, messages);
const typing = new Typing(connection, room);
new Composer({ outbox, typing, room });

if (profile.name) connection.open();
else {
  profile.addEventListener("chosen", () => connection.open(), { once: true });
  profile.ask();
}
