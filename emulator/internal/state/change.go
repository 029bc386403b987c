package state

import "iter"

// Change is what a transaction did to one row.
type Change struct {
	Table AnyTable
	Key   string
	Row   any // *V, to be read only; nil when the row is gone
}

// Observer hears of every transaction before anybody else does. If it fails, the transaction leaves no trace.
type Observer func([]Change) error

// Observe has an observer called by every Update and Restore from now on that changes something, in their order, before
// what they did can be seen; nil ends that. Databases without one pay nothing. What is there already is not told.
func (db *DB) Observe(o Observer) {
	db.writer.Lock()
	defer db.writer.Unlock()
	db.observer = o
}

// Observed tells whether there is an observer.
func (db *DB) Observed() bool {
	db.writer.Lock()
	defer db.writer.Unlock()
	return db.observer != nil
}

// Tables lists the tables in the order in which they were declared.
func (db *DB) Tables() []AnyTable {
	db.writer.Lock()
	defer db.writer.Unlock()
	list := make([]AnyTable, len(db.tables))
	for i, t := range db.tables {
		list[i] = t
	}
	return list
}

// Load makes a root of rows that were kept elsewhere: for each table, in the order of Tables, it takes from rows what the
// table is to hold. Rows are *V, by ascending keys, and are not to be touched any more. Load changes nothing; see Restore.
func (db *DB) Load(rows func(AnyTable) iter.Seq2[any, error]) (*Root, error) {
	db.writer.Lock()
	defer db.writer.Unlock()
	tx := newTx(db.emptied())
	for _, t := range db.tables {
		for row, err := range rows(t) {
			if err != nil {
				return nil, err
			}
			t.load(tx, row)
		}
	}
	return &Root{tx.trees}, nil
}

// emptied is a root with all tables and no rows.
func (db *DB) emptied() *Root {
	root := &Root{make([]*tree, len(db.current().trees))}
	for _, t := range db.tables {
		t.empty(root.trees)
	}
	return root
}

// At is a view of a root of this database's tables.
func (root *Root) At() View { return View{root} }

// touched are the rows that a transaction wrote to, each once, in the order of the first writes.
type touched struct {
	seen map[touch]struct{}
	list []touch
}

type touch struct {
	table *table
	key   string
}

func (t *touched) add(table *table, key string) {
	at := touch{table, key}
	if _, ok := t.seen[at]; ok {
		return
	}
	if t.seen == nil {
		t.seen = map[touch]struct{}{}
	}
	t.seen[at] = struct{}{}
	t.list = append(t.list, at)
}

// changes are what has become of the rows that were written to.
func (tx *Tx) changes() []Change {
	list := make([]Change, len(tx.touched.list))
	for i, t := range tx.touched.list {
		list[i] = Change{t.table, t.key, t.table.row(tx, t.key)}
	}
	return list
}

// difference is what makes one root of another. It costs as much as there are rows in tables that differ.
func (db *DB) difference(before, after *Root) []Change {
	var list []Change
	for _, t := range db.tables {
		if before.trees[t.slot] != after.trees[t.slot] {
			list = t.difference(list, View{before}, View{after})
		}
	}
	return list
}
