// Drops the database that a URI names: `node drop.js mongodb://…/NAME`.
'use strict';

const { MongoClient } = require('mongodb');

(async () => {
    const client = new MongoClient(process.argv[2], { useUnifiedTopology: true });
    await client.connect();
    await client.db().dropDatabase();
    await client.close();
})();
