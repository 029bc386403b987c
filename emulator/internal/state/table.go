package state

import (
	"iter"
	"strings"
	"sync"

	"github.com/tidwall/btree"
)

// Table holds values of one type under string keys. Rows are values: Get hands out a copy, Put stores one. Maps and
// slices inside a stored value are shared with every copy and must be replaced, never edited.
type Table[V any] struct {
	name    string
	slot    int
	key     func(*V) string
	keyInto func(*V, string)
	indexes []*Index[V]
}

// Index is a second order of a table's rows. Its comparison must be total: rows that are equal in it are the same row,
// so it usually ends with the key.
type Index[V any] struct {
	table *Table[V]
	slot  int
	less  func(a, b *V) bool
	holds func(*V) bool
}

// tree is a persistent tree. The copy is guarded because two databases may begin to write from one root at once.
type tree[V any] struct {
	copying sync.Mutex
	rows    *btree.BTreeG[*V]
}

func newTree[V any](less func(a, b *V) bool) *tree[V] {
	return &tree[V]{rows: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 16})}
}

func (t *tree[V]) copy() *tree[V] {
	t.copying.Lock()
	defer t.copying.Unlock()
	return &tree[V]{rows: t.rows.Copy()}
}

// Order declares an index. A row for which holds (when it is not nil) is false is left out of it.
func Order[V any](less func(a, b *V) bool, holds func(*V) bool) *Index[V] {
	return &Index[V]{less: less, holds: holds}
}

// Add declares a table: its name, and the field that is its key, by address.
func Add[V any](db *DB, name string, key func(*V) *string, indexes ...*Index[V]) *Table[V] {
	t := &Table[V]{
		name:    name,
		key:     func(v *V) string { return *key(v) },
		keyInto: func(v *V, k string) { *key(v) = k },
		indexes: indexes,
	}
	trees := []any{newTree(func(a, b *V) bool { return *key(a) < *key(b) })}
	for _, ix := range indexes {
		trees = append(trees, newTree(ix.less))
	}
	t.slot = db.addSlots(t, trees...)
	for i, ix := range indexes {
		ix.table, ix.slot = t, t.slot+1+i
	}
	return t
}

// Name is the table's name, such as "cinder.volumes".
func (t *Table[V]) Name() string { return t.name }

func (t *Table[V]) mainSlot() int { return t.slot }

func rowsOf[V any](r Reader, slot int) *btree.BTreeG[*V] { return r.at(slot).(*tree[V]).rows }

func rowsToWrite[V any](tx *Tx, slot int) *btree.BTreeG[*V] {
	if !tx.own[slot] {
		tx.trees[slot] = tx.trees[slot].(*tree[V]).copy()
		tx.own[slot] = true
	}
	return rowsOf[V](tx, slot)
}

func (t *Table[V]) pivot(key string) *V {
	var v V
	t.keyInto(&v, key)
	return &v
}

// Get returns the row with the key, and whether there is one.
func (t *Table[V]) Get(r Reader, key string) (V, bool) {
	if row, ok := rowsOf[V](r, t.slot).Get(t.pivot(key)); ok {
		return *row, true
	}
	var none V
	return none, false
}

// Has tells whether there is a row with the key.
func (t *Table[V]) Has(r Reader, key string) bool {
	_, ok := rowsOf[V](r, t.slot).Get(t.pivot(key))
	return ok
}

// Len is the number of rows.
func (t *Table[V]) Len(r Reader) int { return rowsOf[V](r, t.slot).Len() }

// Put stores the row under its key, in place of an earlier one.
func (t *Table[V]) Put(tx *Tx, v V) {
	row := &v
	if tx.touched != nil {
		tx.touched.add(t, t.key(row))
	}
	old, replaced := rowsToWrite[V](tx, t.slot).Set(row)
	for _, ix := range t.indexes {
		rows := rowsToWrite[V](tx, ix.slot)
		if replaced {
			rows.Delete(old)
		}
		if ix.holds == nil || ix.holds(row) {
			rows.Set(row)
		}
	}
}

// Delete removes the row with the key, and tells whether there was one.
func (t *Table[V]) Delete(tx *Tx, key string) bool {
	old, ok := rowsToWrite[V](tx, t.slot).Delete(t.pivot(key))
	if !ok {
		return false
	}
	if tx.touched != nil {
		tx.touched.add(t, key)
	}
	for _, ix := range t.indexes {
		rowsToWrite[V](tx, ix.slot).Delete(old)
	}
	return true
}

// Last returns the row with the greatest key, and whether there is a row at all.
func (t *Table[V]) Last(r Reader) (V, bool) {
	if row, ok := rowsOf[V](r, t.slot).Max(); ok {
		return *row, true
	}
	var none V
	return none, false
}

// All yields the rows in the order of their keys.
func (t *Table[V]) All(r Reader) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, t.slot).Scan(func(row *V) bool { return yield(*row) })
	}
}

// WithPrefix yields the rows whose key begins with prefix, in the order of their keys.
func (t *Table[V]) WithPrefix(r Reader, prefix string) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, t.slot).Ascend(t.pivot(prefix), func(row *V) bool {
			return strings.HasPrefix(t.key(row), prefix) && yield(*row)
		})
	}
}

// Ascend yields the rows from the first that is not before from, upwards. A caller stops when a row is past what it wants.
func (ix *Index[V]) Ascend(r Reader, from V) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, ix.slot).Ascend(&from, func(row *V) bool { return yield(*row) })
	}
}

// Descend yields the rows from the last that is not after from, downwards.
func (ix *Index[V]) Descend(r Reader, from V) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, ix.slot).Descend(&from, func(row *V) bool { return yield(*row) })
	}
}

// All yields the index's rows in its order.
func (ix *Index[V]) All(r Reader) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, ix.slot).Scan(func(row *V) bool { return yield(*row) })
	}
}

// Backward yields the index's rows from its end.
func (ix *Index[V]) Backward(r Reader) iter.Seq[V] {
	return func(yield func(V) bool) {
		rowsOf[V](r, ix.slot).Reverse(func(row *V) bool { return yield(*row) })
	}
}
