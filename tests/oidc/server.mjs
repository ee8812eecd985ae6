// A provider on a free port of loopback. Arguments: the file with its people, where its client sends them back to.
// A person logs in by opening the interaction with ?login=NAME: there is nobody here to type.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [people, redirect] = process.argv.slice(2);
const claims = ["preferred_username", "groups", "cityops_domains", "cityops_areas"];

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "cityops", client_secret: "tested-secret-of-the-client", redirect_uris: [redirect] }],
    claims: { openid: ["sub"], profile: claims },
    cookies: { keys: ["tested"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...JSON.parse(readFileSync(people))[id] }) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const address = new URL(request.url, issuer);
    if (!address.pathname.startsWith("/interaction/")) return answer(request, response);
    return provider.interactionFinished(request, response, { login: { accountId: address.searchParams.get("login") } });
  });
  console.log(issuer);
});
