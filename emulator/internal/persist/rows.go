package persist

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"

	"go.etcd.io/bbolt"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// seededKey is there once all rows of a new cloud are.
var seededKey = []byte("seeded")

func noteKey(name string) []byte { return []byte("note/" + name) }

// A value is a checksum of its bucket, its key and its text, and then the text.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumSize = 4

func sumOf(table, key, text []byte) uint32 {
	sum := crc32.Update(0, castagnoli, table)
	sum = crc32.Update(sum, castagnoli, []byte{0})
	sum = crc32.Update(sum, castagnoli, key)
	sum = crc32.Update(sum, castagnoli, []byte{0})
	return crc32.Update(sum, castagnoli, text)
}

func summed(bucket, key, text []byte) []byte {
	value := binary.BigEndian.AppendUint32(make([]byte, 0, sumSize+len(text)), sumOf(bucket, key, text))
	return append(value, text...)
}

func unsummed(bucket, key, value []byte) (text []byte, ok bool) {
	if len(value) < sumSize {
		return nil, false
	}
	text = value[sumSize:]
	return text, binary.BigEndian.Uint32(value) == sumOf(bucket, key, text)
}

// rowKey is the key of a row in its bucket, in the order of the rows' keys; bbolt has no empty ones.
func rowKey(key string) []byte { return append([]byte{'='}, key...) }

// buckets is where tables are: the file itself, or a bucket.
type buckets interface {
	Bucket(name []byte) *bbolt.Bucket
	CreateBucketIfNotExists(name []byte) (*bbolt.Bucket, error)
}

// originBucket holds the tables as they are to be after a reset.
var originBucket = []byte("origin")

// Begin keeps what db holds in an empty directory, with notes, and from then on every transaction, until Close. Origin is
// kept too, and never changes.
func (d *Dir) Begin(db *state.DB, origin *state.Root, notes map[string][]byte) error {
	err := d.write(func(tx *bbolt.Tx) error {
		b := tx.Bucket(about)
		for name, value := range notes {
			if err := b.Put(noteKey(name), summed(about, noteKey(name), value)); err != nil {
				return err
			}
		}
		if err := d.putAll(tx, db.Tables(), db.Snapshot()); err != nil {
			return err
		}
		first, err := tx.CreateBucketIfNotExists(originBucket)
		if err != nil {
			return err
		}
		if err := d.putAll(first, db.Tables(), origin); err != nil {
			return err
		}
		return b.Put(seededKey, []byte("true"))
	})
	if err != nil {
		return err
	}
	d.follow(db, origin)
	return nil
}

func (d *Dir) putAll(in buckets, tables []state.AnyTable, root *state.Root) error {
	for _, t := range tables {
		bucket, err := in.CreateBucketIfNotExists(tableBucket(t))
		if err != nil {
			return err
		}
		for row := range t.Rows(root.At()) {
			if err := d.put(bucket, t, t.KeyOf(row), row); err != nil {
				return err
			}
		}
	}
	return nil
}

// Load makes db what the directory keeps, and keeps every transaction from then on, until Close. It returns the origin.
// Nobody else may use db meanwhile.
func (d *Dir) Load(db *state.DB) (*state.Root, error) {
	origin, err := d.load(db)
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", d.path, err)
	}
	return origin, nil
}

func (d *Dir) load(db *state.DB) (*state.Root, error) {
	var root, origin *state.Root
	err := guarded(func() error {
		return d.bolt.View(func(tx *bbolt.Tx) (err error) {
			if err := d.checkTables(tx, db.Tables()); err != nil {
				return err
			}
			if origin, err = d.root(tx.Bucket(originBucket), db); err != nil {
				return err
			}
			root, err = d.root(tx, db)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	if err := d.blobs.sweep(); err != nil {
		return nil, err
	}
	if err := db.Restore(root); err != nil {
		return nil, err
	}
	d.follow(db, origin)
	return origin, nil
}

func (d *Dir) root(in buckets, db *state.DB) (*state.Root, error) {
	return db.Load(func(t state.AnyTable) iter.Seq2[any, error] { return d.rows(in.Bucket(tableBucket(t)), t) })
}

func (d *Dir) follow(db *state.DB, origin *state.Root) {
	db.Observe(d.commit)
	d.blobs.hold(&holding{db, origin})
}

func (d *Dir) checkTables(tx *bbolt.Tx, tables []state.AnyTable) error {
	known := map[string]bool{string(about): true, string(originBucket): true}
	for _, t := range tables {
		known[t.Name()] = true
	}
	if tx.Bucket(originBucket) == nil {
		return corrupt(errors.New("its origin is missing"))
	}
	return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
		if !known[string(name)] {
			return corrupt(fmt.Errorf("unknown table %.100q", name))
		}
		return nil
	})
}

// rows reads a table. There is no bucket of one that did not exist when the file was written.
func (d *Dir) rows(bucket *bbolt.Bucket, t state.AnyTable) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		if bucket == nil {
			return
		}
		last := []byte(nil)
		c := bucket.Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			row, err := d.row(t, k, v)
			if err == nil && last != nil && string(k) <= string(last) {
				err = corrupt(fmt.Errorf("table %s: rows are out of order", t.Name()))
			}
			if !yield(row, err) || err != nil {
				return
			}
			last = k
		}
	}
}

func (d *Dir) row(t state.AnyTable, key, value []byte) (any, error) {
	text, ok := unsummed(tableBucket(t), key, value)
	if !ok {
		return nil, corrupt(fmt.Errorf("table %s, row %.100q: wrong checksum", t.Name(), key))
	}
	row := t.New()
	if err := record.Decode(text, row, refs{d.blobs}); err != nil {
		return nil, fmt.Errorf("table %s, row %.100q: %w", t.Name(), key, err)
	}
	if got := string(rowKey(t.KeyOf(row))); got != string(key) {
		return nil, corrupt(fmt.Errorf("table %s, row %.100q: its key is %.100q", t.Name(), key, got))
	}
	return row, nil
}

// Along has a note taken with every transaction, if take returns one; it is called before the first.
func (d *Dir) Along(name string, take func() []byte) { d.along, d.take = noteKey(name), take }

// commit keeps a transaction.
func (d *Dir) commit(changes []state.Change) error {
	return d.write(func(tx *bbolt.Tx) error {
		if d.take != nil {
			if note := d.take(); note != nil {
				if err := tx.Bucket(about).Put(d.along, summed(about, d.along, note)); err != nil {
					return err
				}
			}
		}
		var bucket *bbolt.Bucket
		var of state.AnyTable
		for _, c := range changes {
			if of != c.Table {
				of = c.Table
				var err error
				if bucket, err = tx.CreateBucketIfNotExists(tableBucket(of)); err != nil {
					return err
				}
			}
			var err error
			if c.Row == nil {
				err = bucket.Delete(rowKey(c.Key))
			} else {
				err = d.put(bucket, of, c.Key, c.Row)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// put is called with mu held. The value is the transaction's until its end, so it is made for it.
func (d *Dir) put(bucket *bbolt.Bucket, t state.AnyTable, key string, row any) error {
	text, err := record.Append(d.buf[:0], row, refs{d.blobs})
	if err != nil {
		return fmt.Errorf("table %s, row %.100q: %w", t.Name(), key, err)
	}
	d.buf = text
	k := rowKey(key)
	return bucket.Put(k, summed(tableBucket(t), k, text))
}

// write runs a transaction of bbolt's. When it cannot tell what has become of one, no further is begun.
func (d *Dir) write(do func(tx *bbolt.Tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return fmt.Errorf("data directory %s: %w", d.path, d.broken)
	}
	done := false
	err := guarded(func() error {
		return d.bolt.Update(func(tx *bbolt.Tx) error {
			err := do(tx)
			done = err == nil
			return err
		})
	})
	if damaged := new(CorruptError); done && err != nil || errors.As(err, &damaged) {
		d.broken = fmt.Errorf("an earlier write failed: %w", err)
		d.blobs.release()
	}
	if err != nil {
		return fmt.Errorf("data directory %s: %w", d.path, err)
	}
	return nil
}

// Note keeps something beside the rows.
func (d *Dir) Note(name string, value []byte) error {
	return d.write(func(tx *bbolt.Tx) error {
		return tx.Bucket(about).Put(noteKey(name), summed(about, noteKey(name), value))
	})
}

// Noted returns what was kept under the name last, or nil.
func (d *Dir) Noted(name string) (value []byte, err error) {
	err = guarded(func() error {
		return d.bolt.View(func(tx *bbolt.Tx) error {
			kept := tx.Bucket(about).Get(noteKey(name))
			if kept == nil {
				return nil
			}
			text, ok := unsummed(about, noteKey(name), kept)
			if !ok {
				return corrupt(fmt.Errorf("note %s: wrong checksum", name))
			}
			value = append(value, text...)
			return nil
		})
	})
	return value, err
}

// refs finds the blobs of rows: in the directory, or, for contents that lie in a place of their own, by their own ids.
type refs struct{ blobs *Blobs }

func (r refs) Refer(e content.Extent, named bool) (string, error) {
	b := e.Blob
	if named && isNamed(b.ID()) {
		return b.ID(), nil
	}
	twin, err := content.TwinOf(context.Background(), b, r.blobs)
	if err != nil {
		return "", err
	}
	return twin.ID(), nil
}

func (r refs) Resolve(id string, size int64) (content.Blob, error) {
	if isNamed(id) {
		return openNamed(id, size), nil
	}
	return r.blobs.resolve(id, size)
}
