package state

import "iter"

// Table holds values of one type under string keys. Rows are values: Get hands out a copy, Put stores one. Maps and
// slices inside a stored value are shared with every copy and must be replaced, never edited.
//
// Its methods and those of Index only give types to what table does: a generic method is compiled once more for every type
// of rows, in every package that can reach a cloud.
type Table[V any] struct{ table *table }

// Index is a second order of a table's rows. Its comparison must be total: rows that are equal in it are the same row,
// so it usually ends with the key.
type Index[V any] struct{ index *index }

// Order declares an index. A row for which holds (when it is not nil) is false is left out of it.
func Order[V any](less func(a, b *V) bool, holds func(*V) bool) *Index[V] {
	ix := &index{less: func(a, b *entry) bool { return less(a.row.(*V), b.row.(*V)) }}
	if holds != nil {
		ix.holds = func(row any) bool { return holds(row.(*V)) }
	}
	return &Index[V]{ix}
}

// Add declares a table: its name, and the field that is its key, by address.
func Add[V any](db *DB, name string, key func(*V) *string, indexes ...*Index[V]) *Table[V] {
	t := &table{
		name: name,
		key:  func(row any) string { return *key(row.(*V)) },
		make: func() any { return new(V) },
	}
	for _, ix := range indexes {
		t.indexes = append(t.indexes, ix.index)
	}
	db.add(t)
	return &Table[V]{t}
}

// Name is the table's name, such as "cinder.volumes".
func (t *Table[V]) Name() string { return t.table.name }

// Key is the key of a row.
func (t *Table[V]) Key(row *V) string { return t.table.key(row) }

func (t *Table[V]) mainSlot() int { return t.table.slot }

// Get returns the row with the key, and whether there is one.
func (t *Table[V]) Get(r Reader, key string) (V, bool) { return given[V](t.table.row(r, key)) }

// Has tells whether there is a row with the key.
func (t *Table[V]) Has(r Reader, key string) bool { return t.table.row(r, key) != nil }

// Len is the number of rows.
func (t *Table[V]) Len(r Reader) int { return r.at(t.table.slot).rows.Len() }

// Put stores the row under its key, in place of an earlier one.
func (t *Table[V]) Put(tx *Tx, v V) { t.table.put(tx, &v) }

// Delete removes the row with the key, and tells whether there was one.
func (t *Table[V]) Delete(tx *Tx, key string) bool { return t.table.delete(tx, key) }

// Last returns the row with the greatest key, and whether there is a row at all.
func (t *Table[V]) Last(r Reader) (V, bool) {
	if last, ok := r.at(t.table.slot).rows.Max(); ok {
		return given[V](last.row)
	}
	return given[V](nil)
}

// All yields the rows in the order of their keys.
func (t *Table[V]) All(r Reader) iter.Seq[V] { return typed[V](t.table.Rows(r)) }

// WithPrefix yields the rows whose key begins with prefix, in the order of their keys.
func (t *Table[V]) WithPrefix(r Reader, prefix string) iter.Seq[V] {
	return typed[V](t.table.withPrefix(r, prefix))
}

// Ascend yields the rows from the first that is not before from, upwards. A caller stops when a row is past what it wants.
func (ix *Index[V]) Ascend(r Reader, from V) iter.Seq[V] { return typed[V](ix.index.ascend(r, &from)) }

// Descend yields the rows from the last that is not after from, downwards.
func (ix *Index[V]) Descend(r Reader, from V) iter.Seq[V] {
	return typed[V](ix.index.descend(r, &from))
}

// All yields the index's rows in its order.
func (ix *Index[V]) All(r Reader) iter.Seq[V] { return typed[V](ix.index.all(r)) }

// Backward yields the index's rows from its end.
func (ix *Index[V]) Backward(r Reader) iter.Seq[V] { return typed[V](ix.index.backward(r)) }

func given[V any](row any) (v V, ok bool) {
	if row == nil {
		return v, false
	}
	return *row.(*V), true
}

//go:noinline
func typed[V any](rows iter.Seq[any]) iter.Seq[V] {
	return func(yield func(V) bool) {
		rows(func(row any) bool { return yield(*row.(*V)) })
	}
}
