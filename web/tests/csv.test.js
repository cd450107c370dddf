import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { csv, csvCell } from '../state/csv.js';
import { historyPath } from '../views/parts/downloads.js';

const cells = JSON.parse(readFileSync(new URL('../../Tests/Vectors/csv-cells.json', import.meta.url), 'utf8'));

test('cells are those of the hub’s export, and none is a formula', () => {
    assert.ok(cells.length >= 60);
    for (const { cell, csv: written, why } of cells) assert.equal(csvCell(cell), written, `${why}: ${JSON.stringify(cell)}`);
});

test('rows are parted as in RFC 4180, and what is missing is empty', () => {
    assert.equal(csv([['a', null], [undefined, '=1']]), 'a,\r\n,\'=1');
});

test('tables for Excel begin with a byte order mark, other formats do not', () => {
    assert.equal(historyPath('t 1', 'csv'), '/api/tickets/t%201/history?format=csv&bom=1');
    assert.equal(historyPath('t 1', 'jsonl'), '/api/tickets/t%201/history?format=jsonl');
});
