import { describe, expectTypeOf, test } from "vitest";
import type {
  AllButLast,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  EventNames,
  EventNamesWithAck,
  EventNamesWithError,
  EventNamesWithoutAck,
  EventParams,
  FirstNonErrorArg,
  FirstNonErrorTuple,
  Last,
  MultiplyArray,
  RemoveAcknowledgements,
} from "../src/events.ts";
import type { DefaultEventsMap } from "../src/index.ts";

describe("helpers", () => {
  interface Map {
    none: () => void;
    plain: (a: number) => void;
    acked: (a: number, reply: (b: string, c: boolean) => void) => void;
    safe: (reply: (err: Error, b: string) => void) => void;
  }

  test("name events", () => {
    expectTypeOf<EventNames<Map>>().toEqualTypeOf<"none" | "plain" | "acked" | "safe">();
    expectTypeOf<EventParams<Map, "plain">>().toEqualTypeOf<[a: number]>();
    expectTypeOf<EventNamesWithAck<Map>>().toEqualTypeOf<"acked" | "safe">();
    expectTypeOf<EventNamesWithoutAck<Map>>().toEqualTypeOf<"none" | "plain">();
    expectTypeOf<EventNamesWithError<Map>>().toEqualTypeOf<"safe">();
    expectTypeOf<keyof RemoveAcknowledgements<Map>>().toEqualTypeOf<"none" | "plain">();
    expectTypeOf<"x">().toExtend<EventNamesWithAck<DefaultEventsMap>>();
  });

  test("decorate acknowledgements", () => {
    type Timed = DecorateAcknowledgements<Map>;
    type All = DecorateAcknowledgementsWithMultipleResponses<Map>;
    type TimedAll = DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map>;
    type Reply<M extends { [K in E]: (...args: any[]) => void }, E extends keyof M> = Parameters<
      Last<Parameters<M[E]>>
    >;
    expectTypeOf<Reply<Timed, "acked">>().toEqualTypeOf<[err: Error, b: string, c: boolean]>();
    expectTypeOf<Reply<Timed, "safe">>().toEqualTypeOf<[err: Error, b: string]>();
    expectTypeOf<Reply<All, "acked">>().toEqualTypeOf<[b: string[]]>();
    expectTypeOf<Reply<All, "safe">>().toEqualTypeOf<[err: Error, b: string[]]>();
    expectTypeOf<Reply<TimedAll, "acked">>().toEqualTypeOf<[err: Error, b: string[]]>();
    expectTypeOf<Parameters<Timed["plain"]>>().toEqualTypeOf<[a: number]>();
    expectTypeOf<Parameters<TimedAll["none"]>>().toEqualTypeOf<[]>();
  });

  test("take tuples apart", () => {
    expectTypeOf<Last<[1, 2, 3]>>().toEqualTypeOf<3>();
    expectTypeOf<AllButLast<[1, 2, 3]>>().toEqualTypeOf<[1, 2]>();
    expectTypeOf<FirstNonErrorTuple<[Error, 1]>>().toEqualTypeOf<1>();
    expectTypeOf<FirstNonErrorTuple<[1, 2]>>().toEqualTypeOf<1>();
    expectTypeOf<FirstNonErrorArg<(err: Error, a: string) => void>>().toEqualTypeOf<string>();
    expectTypeOf<FirstNonErrorArg<() => void>>().toEqualTypeOf<undefined>();
    expectTypeOf<MultiplyArray<[1, 2]>>().toEqualTypeOf<[1[], 2[]]>();
  });
});
