// The pages of a real SCIM server (scimmy) as a client saves them: users-START.json in the folder
// that the first argument names, 250 users, and the answer to a page past the end.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SCIMMY from 'scimmy';

const count = 250, page = 100;
const users = Array.from({ length: count }, (_, i) => ({
  id: String(i + 1),
  userName: `user${i + 1}@example.com`,
  name: { givenName: 'Sam', familyName: `Example ${i + 1}` },
  userType: i % 3 ? 'Employee' : 'Contractor',
  active: i % 10 !== 9,
  emails: [{ value: `user${i + 1}@example.com`, type: 'work', primary: true }],
  roles: [],
  meta: { created: new Date('2024-01-01T00:00:00Z'), lastModified: new Date('2025-01-01T00:00:00Z') },
}));

SCIMMY.Resources.declare(SCIMMY.Resources.User);
SCIMMY.Resources.User.egress((resource) =>
  (resource.id ? users.find((user) => user.id === resource.id) : users));
SCIMMY.Config.set({ filter: { supported: true, maxResults: page } });
for (let start = 1; start <= count + page; start += page) {
  const list = await new SCIMMY.Resources.User({ startIndex: start, count: page }).read();
  writeFileSync(join(process.argv[2], `users-${start}.json`), JSON.stringify(list));
}
