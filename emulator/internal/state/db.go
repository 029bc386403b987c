// Package state keeps everything a cloud remembers: typed tables under one immutable root.
//
// Readers take the root and need no lock. There is one writer at a time, and a transaction is committed whole or leaves
// no trace. A snapshot is the root itself, so taking one, going back to it, or opening a second database on it costs
// the same for ten rows as for ten million.
package state

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tidwall/btree"
)

// DB is a set of tables. The zero value is ready for Add.
type DB struct {
	writer sync.Mutex // held while a transaction runs
	root   atomic.Pointer[Root]
	tables []*table

	observer Observer // under writer
	listener Listener // under writer
}

// Root is one state of all tables; it never changes. Two databases that declare the same tables in the same order can
// share one.
type Root struct {
	trees []*tree // by slot
}

// AnyTable is a Table without the type of its rows.
type AnyTable interface {
	Name() string
	New() any                    // a *V, to be filled in for Load
	KeyOf(row any) string        // of a *V
	Rows(r Reader) iter.Seq[any] // *V, to be read only, in the order of their keys
}

// Reader is what can be read from: a View, or a running transaction, which sees its own writes.
type Reader interface {
	at(slot int) *tree
}

// View is a stable state. It stays valid, and the same, for as long as it is held.
type View struct{ root *Root }

func (v View) at(slot int) *tree { return v.root.trees[slot] }

// View returns the latest committed state.
func (db *DB) View() View { return View{db.current()} }

// Snapshot returns the latest committed state, for Restore.
func (db *DB) Snapshot() *Root { return db.current() }

// Restore makes root the current state; it must come from a database with the same tables. It fails only if an observer
// does, and then has no effect.
func (db *DB) Restore(root *Root) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	if db.observer != nil {
		if changes := db.difference(db.current(), root); len(changes) > 0 {
			if err := db.observer(changes); err != nil {
				return err
			}
		}
	}
	db.root.Store(root)
	return nil
}

func (db *DB) current() *Root {
	if r := db.root.Load(); r != nil {
		return r
	}
	return &Root{}
}

// Tx is a running transaction. It is valid until the function that received it returns, and is for that goroutine only.
type Tx struct {
	trees   []*tree
	own     []bool   // which trees are this transaction's own copies
	touched *touched // nil when nobody observes
}

func newTx(root *Root) *Tx {
	return &Tx{trees: slices.Clone(root.trees), own: make([]bool, len(root.trees))}
}

func (tx *Tx) at(slot int) *tree { return tx.trees[slot] }

func (tx *Tx) write(slot int) *btree.BTreeG[*entry] {
	if !tx.own[slot] {
		tx.trees[slot] = tx.trees[slot].copy()
		tx.own[slot] = true
	}
	return tx.trees[slot].rows
}

// Update runs do as the only writer. If do returns nil, all its writes become visible at once; if it returns an error or
// panics, none do. It must not do I/O, wait, or call Update. An observer's error is Update's, too.
func (db *DB) Update(do func(tx *Tx) error) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	before := db.current()
	tx := newTx(before)
	if db.observer != nil || db.listener != nil {
		tx.touched = new(touched)
	}
	if err := do(tx); err != nil {
		return err
	}
	if tx.touched == nil || len(tx.touched.list) == 0 {
		db.root.Store(&Root{tx.trees})
		return nil
	}
	changes := tx.changes()
	if db.observer != nil {
		if err := db.observer(changes); err != nil {
			return err
		}
	}
	db.root.Store(&Root{tx.trees})
	if db.listener != nil {
		db.listener(View{before}, changes)
	}
	return nil
}

// Fork returns a database with the same tables and, for now, the same rows; what is written to one is not seen in the
// other. Tables and indexes that were declared in one serve both.
func (db *DB) Fork() *DB {
	db.writer.Lock()
	defer db.writer.Unlock()
	fork := &DB{tables: slices.Clone(db.tables)}
	fork.root.Store(db.current())
	return fork
}

// add declares a table, before the first transaction.
func (db *DB) add(t *table) {
	db.writer.Lock()
	defer db.writer.Unlock()
	trees := slices.Clone(db.current().trees)
	t.slot = len(trees)
	trees = append(trees, newTree(byKey))
	for _, ix := range t.indexes {
		ix.slot = len(trees)
		trees = append(trees, newTree(ix.less))
	}
	db.tables = append(db.tables, t)
	db.root.Store(&Root{trees})
}

// Watch is for whoever keeps something computed from some of the tables: it tells whether they have changed since.
type Watch struct{ slots []int }

// WatchOf watches tables of one database.
func WatchOf(tables ...interface{ mainSlot() int }) Watch {
	var w Watch
	for _, t := range tables {
		w.slots = append(w.slots, t.mainSlot())
	}
	return w
}

// Mark is what the watched tables held at one time. It keeps their rows alive, and those of no other table.
type Mark struct{ trees []*tree }

// Mark notes what the watched tables hold.
func (w Watch) Mark(v View) Mark {
	m := Mark{make([]*tree, len(w.slots))}
	for i, slot := range w.slots {
		m.trees[i] = v.root.trees[slot]
	}
	return m
}

// Unchanged tells whether the tables hold what they held at the mark. It compares roots: a row that was replaced by its
// like counts as changed.
func (w Watch) Unchanged(v View, m Mark) bool {
	for i, slot := range w.slots {
		if v.root.trees[slot] != m.trees[i] {
			return false
		}
	}
	return true
}
