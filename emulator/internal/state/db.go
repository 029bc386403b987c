// Package state keeps everything a cloud remembers: typed tables under one immutable root.
//
// Readers take the root and need no lock. There is one writer at a time, and a transaction is committed whole or leaves
// no trace. A snapshot is the root itself, so taking one, going back to it, or opening a second database on it costs
// the same for ten rows as for ten million.
package state

import (
	"sync"
	"sync/atomic"
)

// DB is a set of tables. The zero value is ready for Add.
type DB struct {
	writer sync.Mutex // held while a transaction runs
	root   atomic.Pointer[Root]
	tables []AnyTable
}

// Root is one state of all tables; it never changes. Two databases that declare the same tables in the same order can
// share one.
type Root struct {
	trees []any // by slot: *tree[V]
}

// AnyTable is a Table without the type of its rows.
type AnyTable interface {
	Name() string
	mainSlot() int
}

// Reader is what can be read from: a View, or a running transaction, which sees its own writes.
type Reader interface {
	at(slot int) any
}

// View is a stable state. It stays valid, and the same, for as long as it is held.
type View struct{ root *Root }

func (v View) at(slot int) any { return v.root.trees[slot] }

// View returns the latest committed state.
func (db *DB) View() View { return View{db.current()} }

// Snapshot returns the latest committed state, for Restore.
func (db *DB) Snapshot() *Root { return db.current() }

// Restore makes root the current state; it must come from a database with the same tables.
func (db *DB) Restore(root *Root) {
	db.writer.Lock()
	defer db.writer.Unlock()
	db.root.Store(root)
}

func (db *DB) current() *Root {
	if r := db.root.Load(); r != nil {
		return r
	}
	return &Root{}
}

// Tx is a running transaction. It is valid until the function that received it returns, and is for that goroutine only.
type Tx struct {
	trees []any
	own   []bool // which trees are this transaction's own copies
}

func (tx *Tx) at(slot int) any { return tx.trees[slot] }

// Update runs do as the only writer. If do returns nil, all its writes become visible at once; if it returns an error or
// panics, none do. It must not do I/O, wait, or call Update.
func (db *DB) Update(do func(tx *Tx) error) error {
	db.writer.Lock()
	defer db.writer.Unlock()
	before := db.current()
	tx := &Tx{trees: append([]any(nil), before.trees...), own: make([]bool, len(before.trees))}
	if err := do(tx); err != nil {
		return err
	}
	db.root.Store(&Root{tx.trees})
	return nil
}

// addSlots is called by Add, before the first transaction.
func (db *DB) addSlots(t AnyTable, trees ...any) int {
	db.writer.Lock()
	defer db.writer.Unlock()
	db.tables = append(db.tables, t)
	before := db.current().trees
	db.root.Store(&Root{append(before[:len(before):len(before)], trees...)})
	return len(before)
}

// Same tells whether a and b are equal in all of the tables, by comparing their roots. Rows that were changed and then put
// back as they were count as different.
func Same(a, b View, tables ...AnyTable) bool {
	if a.root == b.root {
		return true
	}
	for _, t := range tables {
		if slot := t.mainSlot(); a.root.trees[slot] != b.root.trees[slot] {
			return false
		}
	}
	return true
}
