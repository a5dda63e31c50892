// A real token endpoint (oidc-provider) and a webhook receiver that asks it about every bearer.
//
// Environment: TTL (seconds a token lives), TOKEN_PORT and SINK_PORT (0 or unset: the system
// chooses). Prints one line when both listen, and one line for every request before it is answered:
//
//   ready http://127.0.0.1:PORT/token http://127.0.0.1:PORT/in
//   client HOW STATUS ERROR ID         HOW is basic, post, basic+post or none; ERROR may be -
//   sink STATUS
import { createServer, request } from 'node:http';
import Provider from 'oidc-provider';

const ttl = Number(process.env.TTL || 600);
const scope = 'alerts:write';
const common = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope };
const client = (id, secret, method) =>
  ({ client_id: id, client_secret: secret, token_endpoint_auth_method: method, ...common });
const clients = [
  client('hook-basic', 'basic-secret-0123456789abcdef0123456789abcdef', 'client_secret_basic'),
  client('hook-post', 'post-secret-0123456789abcdef0123456789abcdef', 'client_secret_post'),
  client('odd:id /+', 's3cr%t:+& /=', 'client_secret_basic'),
  client('hook-none', undefined, 'none'),
];

const listen = (server, port) => new Promise((done) => {
  server.listen(Number(port || 0), '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
});

const body = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
};

async function logTokenRequest(ctx, next) {
  await next();
  if (!ctx.path.endsWith('/token')) return;
  const form = ctx.oidc?.body ?? {};
  const how = [ctx.get('authorization').startsWith('Basic ') && 'basic', form.client_secret && 'post'];
  const name = ctx.oidc?.client?.clientId ?? form.client_id ?? '-';
  console.log(`client ${how.filter(Boolean).join('+') || 'none'} ${ctx.status} ${ctx.body?.error ?? '-'} ${name}`);
}

const tokenServer = createServer();
const issuer = await listen(tokenServer, process.env.TOKEN_PORT);
const provider = new Provider(issuer, {
  clients,
  scopes: ['openid', 'offline_access', scope],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:hook',
      getResourceServerInfo: (ctx, resource) =>
        ({ scope, audience: resource, accessTokenTTL: ttl, accessTokenFormat: 'opaque' }),
    },
  },
});
provider.use(logTokenRequest);
tokenServer.on('request', provider.callback());

const introspect = (token) => new Promise((done, fail) => {
  const { client_id: id, client_secret: secret } = clients[0];
  const question = request(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    },
  }, (answer) => body(answer).then((text) => done(JSON.parse(text))));
  question.on('error', fail);
  question.end(new URLSearchParams({ token }).toString());
});

async function judge(authorization) {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  const facts = token ? await introspect(token) : { active: false };
  if (!facts.active) return [401, 'Bearer error="invalid_token"', 'invalid_token'];
  if (facts.scope !== scope) return [403, 'Bearer error="insufficient_scope"', 'insufficient_scope'];
  return [204];
}

const sink = createServer(async (req, res) => {
  await body(req);
  const [status, challenge, error] = await judge(req.headers.authorization);
  console.log(`sink ${status}`);
  if (challenge) res.setHeader('WWW-Authenticate', challenge).setHeader('Content-Type', 'application/json');
  res.writeHead(status).end(error && JSON.stringify({ error, error_description: `needs ${scope}` }));
});
const sinkUrl = await listen(sink, process.env.SINK_PORT);
console.log(`ready ${issuer}/token ${sinkUrl}/in`);
