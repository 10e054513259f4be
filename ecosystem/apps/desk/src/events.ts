export interface Message {
  ticket: number;
  from: string;
  text: string;
  picture?: Uint8Array;
}

export interface VisitorEvents {
  open: (subject: string, opened: (ticket: number) => void) => void;
  say: (message: Omit<Message, "from">, delivered: (error?: string) => void) => void;
}

export interface DeskEvents {
  said: (message: Message) => void;
  confirm: (question: string, answer: (yes: boolean) => void) => void;
  closed: (ticket: number) => void;
}

export interface AgentEvents {
  take: (ticket: number, taken: (error: string | null, history: Message[]) => void) => void;
  finish: (ticket: number, finished: (everybodyAgrees: boolean) => void) => void;
}

export interface AgentDeskEvents extends DeskEvents {
  opened: (ticket: { ticket: number; subject: string; by: string }) => void;
}

export interface Person {
  name: string;
  role: "visitor" | "agent";
}
