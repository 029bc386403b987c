package state

import (
	"iter"
	"strings"
	"sync"

	"github.com/tidwall/btree"
)

// entry is a row in a tree: a *V, and its key.
type entry struct {
	key string
	row any
}

// tree is a persistent tree. The copy is guarded because two databases may begin to write from one root at once.
type tree struct {
	copying sync.Mutex
	rows    *btree.BTreeG[*entry]
}

func newTree(less func(a, b *entry) bool) *tree {
	return &tree{rows: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 16})}
}

func byKey(a, b *entry) bool { return a.key < b.key }

func (t *tree) copy() *tree {
	t.copying.Lock()
	defer t.copying.Unlock()
	return &tree{rows: t.rows.Copy()}
}

// index is an Index without the type of its rows.
type index struct {
	slot  int
	less  func(a, b *entry) bool
	holds func(row any) bool // nil: all
}

func (ix *index) has(row any) bool { return ix.holds == nil || ix.holds(row) }

// The iterators are not inlined, or there would be one more of each in every instance of Table and Index.

//go:noinline
func (ix *index) ascend(r Reader, from any) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(ix.slot).rows.Ascend(&entry{row: from}, func(e *entry) bool { return yield(e.row) })
	}
}

//go:noinline
func (ix *index) descend(r Reader, from any) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(ix.slot).rows.Descend(&entry{row: from}, func(e *entry) bool { return yield(e.row) })
	}
}

//go:noinline
func (ix *index) all(r Reader) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(ix.slot).rows.Scan(func(e *entry) bool { return yield(e.row) })
	}
}

//go:noinline
func (ix *index) backward(r Reader) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(ix.slot).rows.Reverse(func(e *entry) bool { return yield(e.row) })
	}
}

// table is a Table without the type of its rows, which are *V.
type table struct {
	name    string
	slot    int
	key     func(row any) string
	make    func() any
	indexes []*index
}

func (t *table) Name() string { return t.name }

func (t *table) New() any { return t.make() }

func (t *table) KeyOf(row any) string { return t.key(row) }

//go:noinline
func (t *table) Rows(r Reader) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(t.slot).rows.Scan(func(e *entry) bool { return yield(e.row) })
	}
}

//go:noinline
func (t *table) withPrefix(r Reader, prefix string) iter.Seq[any] {
	return func(yield func(any) bool) {
		r.at(t.slot).rows.Ascend(&entry{key: prefix}, func(e *entry) bool {
			return strings.HasPrefix(e.key, prefix) && yield(e.row)
		})
	}
}

// row is nil where there is none.
func (t *table) row(r Reader, key string) any {
	if e, ok := r.at(t.slot).rows.Get(&entry{key: key}); ok {
		return e.row
	}
	return nil
}

func (t *table) put(tx *Tx, row any) {
	e := &entry{t.key(row), row}
	if tx.touched != nil {
		tx.touched.add(t, e.key)
	}
	old, replaced := tx.write(t.slot).Set(e)
	for _, ix := range t.indexes {
		rows := tx.write(ix.slot)
		if replaced && ix.has(old.row) { // others an index need not be able to compare
			rows.Delete(old)
		}
		if ix.has(row) {
			rows.Set(e)
		}
	}
}

func (t *table) delete(tx *Tx, key string) bool {
	old, ok := tx.write(t.slot).Delete(&entry{key: key})
	if !ok {
		return false
	}
	if tx.touched != nil {
		tx.touched.add(t, key)
	}
	for _, ix := range t.indexes {
		if ix.has(old.row) {
			tx.write(ix.slot).Delete(old)
		}
	}
	return true
}

// load adds a row with a key beyond all others.
func (t *table) load(tx *Tx, row any) {
	e := &entry{t.key(row), row}
	tx.write(t.slot).Load(e)
	for _, ix := range t.indexes {
		if ix.has(row) {
			tx.write(ix.slot).Set(e)
		}
	}
}

func (t *table) empty(trees []*tree) {
	trees[t.slot] = newTree(byKey)
	for _, ix := range t.indexes {
		trees[ix.slot] = newTree(ix.less)
	}
}

// difference appends what makes one state of the table another. Rows that both have are the same in memory, for a row is
// replaced and never changed.
func (t *table) difference(list []Change, before, after View) []Change {
	next, stop := iter.Pull(t.Rows(before))
	defer stop()
	old, more := next()
	for row := range t.Rows(after) {
		key := t.key(row)
		for more && t.key(old) < key {
			list = append(list, Change{t, t.key(old), nil})
			old, more = next()
		}
		if more && t.key(old) == key {
			same := old == row
			if old, more = next(); same {
				continue
			}
		}
		list = append(list, Change{t, key, row})
	}
	for ; more; old, more = next() {
		list = append(list, Change{t, t.key(old), nil})
	}
	return list
}
