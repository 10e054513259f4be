import { Server, type Socket } from "socket.io";

interface Todo {
  id: string;
  title: string;
}
type Result<T> = { data: T } | { error: string };

interface FromClient {
  "todo:list": (callback: (res: Result<Todo[]>) => void) => void;
  "todo:create": (payload: Omit<Todo, "id">, callback: (res: Result<string>) => void) => void;
}
interface FromServer {
  "todo:created": (todo: Todo) => void;
}
type TodoServer = Server<FromClient, FromServer>;
type TodoSocket = Socket<FromClient, FromServer>;

// One file of handlers for each kind of thing, registered on connection.
const createHandlers = (todos: Map<string, Todo>) => ({
  create: function (
    this: TodoSocket,
    payload: Omit<Todo, "id">,
    callback: (res: Result<string>) => void,
  ): void {
    const todo = { ...payload, id: String(todos.size) };
    todos.set(todo.id, todo);
    callback({ data: todo.id });
    this.broadcast.emit("todo:created", todo);
  },
  list: async (callback: (res: Result<Todo[]>) => void): Promise<void> => {
    callback({ data: [...todos.values()] });
  },
});

export function start(io: TodoServer): void {
  const { create, list } = createHandlers(new Map());
  io.on("connection", (socket) => {
    socket.on("todo:create", create);
    socket.on("todo:list", list);
  });
}

export const registerOrders = (io: TodoServer, socket: TodoSocket): void => {
  const onCreate: FromClient["todo:create"] = ({ title }, callback) => {
    io.emit("todo:created", { id: "1", title });
    callback({ error: "full" });
  };
  socket.on("todo:create", onCreate);
};

type CreateArguments = Parameters<FromClient["todo:create"]>;
export const titleOf = ([{ title }]: CreateArguments): string => title;

start(new Server<FromClient, FromServer>());
const io: TodoServer = new Server();
io.on("connection", (socket) => registerOrders(io, socket));
