import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

/** What users hover in their editor: every public member says what it does. */
const HOVERED = {
  server: [
    ...["Server", "Namespace", "Socket", "BroadcastOperator", "RemoteSocket", "ServerOptions"],
    ...["Handshake", "Contract"],
  ],
  client: ["Manager", "Socket", "ManagerOptions", "SocketOptions"],
};

const root = fileURLToPath(new URL("..", import.meta.url));
const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
    throw new Error(String(messageText));
  },
} as ts.ParseConfigFileHost);

test.each(Object.entries(HOVERED))(
  "members of the %s that users see have docstrings",
  { timeout: 60_000 },
  (name, exported) => {
    const entry = `${root}packages/${name}/src/index.ts`;
    const program = ts.createProgram([entry], config?.options ?? {});
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    const silent = checker
      .getExportsOfModule(module)
      .filter((symbol) => exported.includes(symbol.name))
      .flatMap((symbol) => {
        const members = checker.getPropertiesOfType(
          checker.getDeclaredTypeOfSymbol(aliased(symbol)),
        );
        expect(members.length).toBeGreaterThan(1);
        return members
          .filter((member) => isSeen(member) && !isDocumented(member))
          .map((member) => `${symbol.name}.${member.name}`);
      });
    expect(silent).toEqual([]);

    function aliased(symbol: ts.Symbol): ts.Symbol {
      return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    }

    /** Not what is private, a seam for adapters (`_name`), internal, or Node's. */
    function isSeen(member: ts.Symbol): boolean {
      const declaration = member.declarations?.[0];
      return (
        declaration !== undefined &&
        !/^(_|#)/.test(member.name) &&
        declaration.getSourceFile().fileName.startsWith(`${root}packages/`) &&
        !(
          ts.getCombinedModifierFlags(declaration as ts.Declaration) &
          (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)
        ) &&
        !member.getJsDocTags(checker).some((tag) => tag.name === "internal")
      );
    }

    function isDocumented(member: ts.Symbol): boolean {
      const tags = member.getJsDocTags(checker).map((tag) => tag.name);
      return member.getDocumentationComment(checker).length > 0 || tags.includes("deprecated");
    }
  },
);
