package portable

import (
	"errors"
	"io"
	"os"
	"sort"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// blob is a blob that came in a stream. What was not kept of it reads as zeros.
type blob struct {
	file *os.File
	size int64
	kept []place

	content.Twins
}

// place is where a stretch lies in the file.
type place struct {
	stretch
	at int64
}

func newBlob(file *os.File, at int64, s stretches) *blob {
	b := &blob{file: file, size: s.Size}
	for _, kept := range s.Kept {
		b.kept = append(b.kept, place{kept, at})
		at += kept.Size
	}
	return b
}

func (b *blob) Size() int64 { return b.size }

// ID is empty: no other process knows the blob.
func (b *blob) ID() string { return "" }

func (b *blob) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("portable: read at a negative offset")
	}
	n := int(max(0, min(int64(len(p)), b.size-off)))
	clear(p[:n])
	end := off + int64(n)
	first := sort.Search(len(b.kept), func(i int) bool { return b.kept[i].From+b.kept[i].Size > off })
	for _, s := range b.kept[first:] {
		if s.From >= end {
			break
		}
		from, to := max(s.From, off), min(s.From+s.Size, end)
		if _, err := b.file.ReadAt(p[from-off:to-off], s.at+from-s.From); err != nil {
			return int(from - off), err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
