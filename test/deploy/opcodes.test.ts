import { expect } from "chai";
import { artifacts } from "../../rocketh/deploy.ts";
import { missingOpcodes, youngOpcodes } from "../../rocketh/chain.ts";
import { freshChain, type Provider } from "./run.ts";

/** Bytecode with every young opcode, without metadata. */
const EVERY = "0x1e494a5c5d5e5f0000";
const PARIS = ["BLOBBASEFEE", "BLOBHASH", "CLZ", "MCOPY", "PUSH0", "TLOAD", "TSTORE"];

describe("deploy: opcodes", () => {
  describe("youngOpcodes", () => {
    it("finds each one, sorted and once", () => {
      expect(youngOpcodes("0x5f5f5e5e5d5c4a491e0000")).to.deep.equal(PARIS);
    });

    it("finds none in empty code, nor in code of old opcodes", () => {
      expect(youngOpcodes("0x")).to.deep.equal([]);
      expect(youngOpcodes("0x6080604052000000")).to.deep.equal([]);
    });

    it("leaves the data of every push out, and reads on after it", () => {
      for (let length = 1; length <= 32; length++) {
        const push = (0x5f + length).toString(16) + "5e".repeat(length);
        expect(youngOpcodes(`0x${push}0000`), `PUSH${length}`).to.deep.equal([]);
        expect(youngOpcodes(`0x${push}5f0000`), `PUSH${length}`).to.deep.equal(["PUSH0"]);
      }
    });

    it("leaves the compiler's metadata out", () => {
      expect(youngOpcodes("0x5f5e5e0002")).to.deep.equal(["PUSH0"]);
    });

    it("finds in our contracts what the compiler used", () => {
      expect(youngOpcodes(artifacts.AccessManager.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
      expect(youngOpcodes(artifacts.AgencyRegistry.bytecode)).to.deep.equal(["PUSH0"]);
      expect(youngOpcodes(artifacts.DocumentRegistry.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
      expect(youngOpcodes(artifacts.AccessLog.bytecode)).to.deep.equal(["PUSH0"]);
      expect(youngOpcodes(artifacts.DataMarket.bytecode)).to.deep.equal(["MCOPY", "PUSH0", "TLOAD", "TSTORE"]);
      expect(youngOpcodes(artifacts.OpeningCommittee.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
      expect(youngOpcodes(artifacts.TenderOffice.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
      expect(youngOpcodes(artifacts.TenderDesk.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
      expect(youngOpcodes(artifacts.TenderHouse.bytecode)).to.deep.equal(["MCOPY", "PUSH0", "TLOAD", "TSTORE"]);
      expect(youngOpcodes(artifacts.Complaints.bytecode)).to.deep.equal(["PUSH0", "TLOAD", "TSTORE"]);
      expect(youngOpcodes(artifacts.TenderNotices.bytecode)).to.deep.equal(["MCOPY", "PUSH0"]);
    });
  });

  describe("missingOpcodes", () => {
    const lacking: Record<string, string[]> = {
      merge: PARIS,
      shanghai: PARIS.filter((name) => name !== "PUSH0"),
      cancun: ["CLZ"],
      prague: ["CLZ"],
      osaka: [],
    };
    for (const [hardfork, expected] of Object.entries(lacking)) {
      it(`knows what ${hardfork} lacks`, async () => {
        const { provider } = await freshChain(hardfork);
        expect((await missingOpcodes(provider as never, [EVERY])).sort()).to.deep.equal(expected);
      });
    }

    it("throws the provider's error when it is down", async () => {
      const down: Provider = { request: () => Promise.reject(new Error("connection refused")) };
      let message = "";
      await missingOpcodes(down as never, [EVERY]).catch((error: Error) => (message = error.message));
      expect(message).to.equal("connection refused");
    });

    it("names only opcodes that one of the contracts has", async () => {
      const { provider } = await freshChain("shanghai");
      expect(await missingOpcodes(provider as never, ["0x5f5e0000", "0x5c0000"])).to.have.members(["MCOPY", "TLOAD"]);
      expect(await missingOpcodes(provider as never, ["0x5f0000"])).to.deep.equal([]);
    });
  });
});
