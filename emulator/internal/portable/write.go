package portable

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
)

// Write writes a cloud. The same cloud gives the same bytes.
func Write(to io.Writer, c Cloud) error {
	compressed, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return err
	}
	w := &writer{tar: tar.NewWriter(compressed), at: c.Now, numbers: map[content.Blob]int{}}
	return errors.Join(w.all(c), w.tar.Close(), compressed.Close())
}

type writer struct {
	tar     *tar.Writer
	at      time.Time
	numbers map[content.Blob]int
	blobs   []content.Blob
	wanted  [][]stretch // by blob
}

func (w *writer) all(c Cloud) error {
	m := manifest{Format: Format, Version: Version, Release: c.Release, Now: c.Now, IDs: c.IDs}
	for _, t := range c.Tables {
		m.Tables = append(m.Tables, t.Name())
	}
	if err := w.record(manifestName, &m); err != nil {
		return err
	}
	if err := w.file(fixtureName, c.Fixture); err != nil {
		return err
	}
	var text []byte
	for _, t := range c.Tables {
		text = text[:0]
		for row := range t.Rows(c.Root.At()) {
			var err error
			if text, err = record.Append(text, row, w); err != nil {
				return fmt.Errorf("table %s: %w", t.Name(), err)
			}
			text = append(text, '\n')
		}
		if err := w.file(tableName(t.Name()), text); err != nil {
			return err
		}
	}
	return w.allBlobs()
}

func (w *writer) allBlobs() error {
	var x index
	for i, b := range w.blobs {
		x.Blobs = append(x.Blobs, stretches{b.Size(), union(w.wanted[i])})
	}
	if err := w.record(indexName, &x); err != nil {
		return err
	}
	for i, b := range w.blobs {
		if err := w.blob(blobName(i), b, x.Blobs[i].Kept); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) record(name string, row any) error {
	text, err := record.Append(nil, row, record.NoBlobs{})
	if err != nil {
		return err
	}
	return w.file(name, append(text, '\n'))
}

func (w *writer) header(name string, size int64) error {
	return w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.at, Format: tar.FormatPAX})
}

func (w *writer) file(name string, text []byte) error {
	if err := w.header(name, int64(len(text))); err != nil {
		return err
	}
	_, err := io.Copy(w.tar, bytes.NewReader(text))
	return err
}

func (w *writer) blob(name string, b content.Blob, kept []stretch) error {
	size := int64(0)
	for _, s := range kept {
		size += s.Size
	}
	if err := w.header(name, size); err != nil {
		return err
	}
	for _, s := range kept {
		if _, err := io.Copy(w.tar, io.NewSectionReader(b, s.From, s.Size)); err != nil {
			return fmt.Errorf("blob %q: %w", b.ID(), err)
		}
	}
	return nil
}

// Refer implements [record.Blobs]: it notes what is wanted of a blob, wherever it lies.
func (w *writer) Refer(e content.Extent, _ bool) (string, error) {
	i, ok := w.numbers[e.Blob]
	if !ok {
		i = len(w.blobs)
		w.numbers[e.Blob] = i
		w.blobs = append(w.blobs, e.Blob)
		w.wanted = append(w.wanted, nil)
	}
	want := stretch{e.Offset, e.Size}
	if last := len(w.wanted[i]) - 1; last < 0 || w.wanted[i][last] != want { // many volumes may come from one image
		w.wanted[i] = append(w.wanted[i], want)
	}
	if len(w.wanted[i]) >= 1<<16 {
		w.wanted[i] = union(w.wanted[i])
	}
	return strconv.Itoa(i), nil
}

// Resolve is for reading.
func (w *writer) Resolve(string, int64) (content.Blob, error) {
	return nil, errors.New("portable: nothing is read while writing")
}

// union puts stretches in order, and those that touch together.
func union(list []stretch) []stretch {
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Compare(a.From, b.From) })
	out := list[:0]
	for _, s := range list {
		if n := len(out) - 1; n >= 0 && s.From <= out[n].From+out[n].Size {
			out[n].Size = max(out[n].Size, s.From+s.Size-out[n].From)
		} else {
			out = append(out, s)
		}
	}
	return out
}
