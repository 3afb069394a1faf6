import { expect } from "chai";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { isPrivateUrl, publicUrl } from "../../../sdk/src/tenders/ocds/urls.ts";
import { caps, planOf, playedOf, verdictOf } from "./fixtures.ts";

describe("personal data", () => {
  it("is dropped and counted", () => {
    const release = caps();
    const contactPoint = { name: "Olena Example", telephone: "+380441234567", email: "olena@example.org" };
    release["parties"] = [
      {
        id: "1",
        name: "Body",
        contactPoint,
        address: { streetAddress: "Main Street 1" },
        persones: [{ name: "P. Example" }],
      },
      { id: "2", name: "Firm", contactPoint, people: [{ name: "Q. Example" }] },
    ];
    release.tender["description"] = "Ask olena@example.org or +380 44 123-45-67, https://u:p@files.example/1";
    release.tender["documents"] = [{ id: "d", url: "https://files.example/a?Signature=abc&Expires=1" }];
    const { processes, report } = parseOcds(JSON.stringify(release));
    const text = JSON.stringify(processes);
    for (const secret of [
      "Olena",
      "olena",
      "38044",
      "123-45",
      "Main Street",
      "P. Example",
      "Q. Example",
      "Signature",
      "u:p",
    ]) {
      expect(text).not.to.include(secret);
      expect(JSON.stringify(report)).not.to.include(secret);
    }
    expect(report.filter(({ path }) => path === "*").map(({ reason }) => reason)).to.have.members([
      "dropped: contact points (2)",
      "dropped: addresses (1)",
      "dropped: people (2)",
      "dropped: private links (2)",
      "dropped: e-mail addresses (1)",
      "dropped: telephone numbers (1)",
    ]);
  });

  const persons = [
    { name: "ФОП Шевченко Тарас", identifier: { scheme: "UA-EDR", id: "14017091" } },
    { name: "Taras Example", identifier: { scheme: "UA-EDR", id: "2345678901" } },
    { name: "Ana Exemplo", identifier: { scheme: "PT-NIPPC", id: "226962032" } },
    { name: "Ana Exemplo", identifier: { scheme: "BR-CPF", id: "22696203299" } },
    { name: "Jo Example", details: { scale: "sole trader" }, identifier: { scheme: "XX", id: "123456" } },
    { name: "[sole trader 834fa186]", identifier: { scheme: "UA-EDR", id: "P6b12e415" } },
  ];
  for (const person of persons) {
    it(`gives ${person.identifier.scheme} ${person.name} one pseudonym throughout`, () => {
      const release = caps();
      const id = `${person.identifier.scheme}-${person.identifier.id}`;
      (release["parties"] as unknown[]).push({ id, ...person });
      release.bids.details[4] = {
        ...release.bids.details[4],
        tenderers: [{ name: person.name, identifier: person.identifier }],
      };
      release.awards[1] = { ...release.awards[1], suppliers: [{ id, name: person.name }], title: `to ${person.name}.` };
      const plan = playedOf(release);
      const [winner] = plan.expected;
      expect(winner?.name).to.match(/^natural person [0-9a-f]{8}$/);
      expect(plan.bids[4]?.key).to.equal(winner?.key);
      expect(verdictOf(plan)).to.equal("agrees on competing bids");
      expect(planOf(release)).to.deep.equal(plan);
      const text = JSON.stringify(parseOcds(JSON.stringify(release)));
      expect(text).not.to.include(person.name).and.not.to.include(person.identifier.id);
    });
  }

  it("leaves legal persons their names", () => {
    expect(JSON.stringify(parseOcds(JSON.stringify(caps())))).not.to.include("natural person");
  });

  it("knows public addresses from private ones", () => {
    const open = ["https://files.example/get/1?a=5001&page=2", "http://www.example.org/Contrato?a=5001"];
    for (const url of open) expect(publicUrl(url), url).to.equal(url);
    const closed = [
      "https://user@files.example/",
      "https://files.example/?X-Amz-Signature=1",
      "https://files.example/?sv=1&sig=2",
      "https://files.example/?api_key=1",
      "https://files.example/#access_token=1",
      "https://files.example/x;jsessionid=1",
      "https://files.example/?%74oken=1",
      "https://files.example/?u=https%3A%2F%2Fa%3Ab%40c.example",
      "https://files.example/login?next=1",
    ];
    for (const url of closed) expect(isPrivateUrl(url), url).to.equal(true);
    const none = [
      "ftp://a.example/",
      "http://localhost/",
      "http://10.0.0.1/",
      "javascript:alert(1)",
      "x",
      "https://intranet/",
    ];
    for (const url of [...closed, ...none]) expect(publicUrl(url), url).to.equal(undefined);
  });
});
