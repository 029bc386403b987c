package state

import "iter"

// New returns a *V, to be filled in for Load.
func (t *Table[V]) New() any { return new(V) }

// KeyOf is the key of a row, which is a *V.
func (t *Table[V]) KeyOf(row any) string { return t.key(row.(*V)) }

// Rows yields the rows as *V, to be read only, in the order of their keys.
func (t *Table[V]) Rows(r Reader) iter.Seq[any] {
	return func(yield func(any) bool) {
		rowsOf[V](r, t.slot).Scan(func(row *V) bool { return yield(row) })
	}
}

func (t *Table[V]) row(r Reader, key string) any {
	if row, ok := rowsOf[V](r, t.slot).Get(t.pivot(key)); ok {
		return row
	}
	return nil
}

// load adds a row with a key beyond all others.
func (t *Table[V]) load(tx *Tx, v any) {
	row := v.(*V)
	rowsToWrite[V](tx, t.slot).Load(row)
	for _, ix := range t.indexes {
		if ix.holds == nil || ix.holds(row) {
			rowsToWrite[V](tx, ix.slot).Set(row)
		}
	}
}

func (t *Table[V]) empty(trees []any) {
	trees[t.slot] = newTree(func(a, b *V) bool { return t.key(a) < t.key(b) })
	for _, ix := range t.indexes {
		trees[ix.slot] = newTree(ix.less)
	}
}

// difference appends what makes one state of the table another. Rows that both have are the same in memory, for a row is
// replaced and never changed.
func (t *Table[V]) difference(list []Change, before, after View) []Change {
	next, stop := iter.Pull(t.Rows(before))
	defer stop()
	old, more := next()
	for row := range t.Rows(after) {
		key := t.KeyOf(row)
		for more && t.KeyOf(old) < key {
			list = append(list, Change{t, t.KeyOf(old), nil})
			old, more = next()
		}
		if more && t.KeyOf(old) == key {
			same := old == row
			if old, more = next(); same {
				continue
			}
		}
		list = append(list, Change{t, key, row})
	}
	for ; more; old, more = next() {
		list = append(list, Change{t, t.KeyOf(old), nil})
	}
	return list
}
