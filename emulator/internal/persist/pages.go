package persist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"

	"go.etcd.io/bbolt"
)

// The layout of bbolt's files (bbolt/internal/common): pages with a header, which are metas, branches or leaves of a tree,
// or the list of free ones. Numbers have the byte order of the machine.
const (
	pageHeader    = 16 // id, flags, count, overflow
	pageElement   = 16 // of branches: position, size of key, page; of leaves: flags, position, sizes of key and value
	branchPage    = 0x01
	leafPage      = 0x02
	freelistPage  = 0x10
	bucketElement = 0x01 // a leaf's element whose value is a bucket
	bucketHeader  = 16   // root, sequence; what has no root follows as a page
	metaMagic     = 0xED0CDAED
	metaSize      = 56 // without its checksum
	noFreelist    = 1<<64 - 1
	manyFree      = 0xFFFF // the count of a list of free pages that says itself how long it is
)

var native = binary.NativeEndian

// pages walks the tree of a file, which bbolt follows without looking where it leads: a page that is its own child has it
// go round until there is no memory left.
type pages struct {
	file *os.File
	size int // of a page
	seen map[uint64]bool
}

// checkPages tells whether bbolt can read a file that it has locked for reading.
func checkPages(db *bbolt.DB) error {
	file, err := os.Open(db.Path())
	if err != nil {
		return err
	}
	defer file.Close()
	p := &pages{file, db.Info().PageSize, map[uint64]bool{}}
	meta, err := p.meta()
	if err != nil {
		return corrupt(err)
	}
	root, free := native.Uint64(meta[16:]), native.Uint64(meta[32:])
	if err := p.walk(root); err != nil {
		return corrupt(err)
	}
	if free == noFreelist {
		return nil
	}
	page, err := p.read(free)
	if err == nil {
		err = checkFreelist(page)
	}
	if err != nil {
		return corrupt(fmt.Errorf("page %d: %w", free, err))
	}
	return nil
}

// meta is the newer of the two, or the one that is whole.
func (p *pages) meta() ([]byte, error) {
	var newest []byte
	for i := range 2 {
		page := make([]byte, pageHeader+metaSize+8)
		if _, err := p.file.ReadAt(page, int64(i*p.size)); err != nil {
			return nil, err
		}
		meta := page[pageHeader:]
		sum := fnv.New64a()
		_, _ = sum.Write(meta[:metaSize])
		whole := native.Uint32(meta) == metaMagic && native.Uint64(meta[metaSize:]) == sum.Sum64()
		if whole && (newest == nil || native.Uint64(meta[48:]) > native.Uint64(newest[48:])) {
			newest = meta
		}
	}
	if newest == nil {
		return nil, errors.New("no meta page")
	}
	return newest, nil
}

// read reads a page that nothing else has led to, with what it overflows into.
func (p *pages) read(id uint64) ([]byte, error) {
	head := make([]byte, pageHeader)
	if id > 1<<40 {
		return nil, errors.New("out of the file")
	}
	if p.seen[id] {
		return nil, errors.New("has two parents")
	}
	p.seen[id] = true
	at := int64(id) * int64(p.size)
	if _, err := p.file.ReadAt(head, at); err != nil {
		return nil, err
	}
	if native.Uint64(head) != id {
		return nil, fmt.Errorf("says it is page %d", native.Uint64(head))
	}
	length := (1 + int64(native.Uint32(head[12:]))) * int64(p.size)
	if info, err := p.file.Stat(); err != nil || at+length > info.Size() {
		return nil, errors.Join(err, errors.New("out of the file"))
	}
	page := make([]byte, length)
	_, err := p.file.ReadAt(page, at)
	return page, err
}

// walk checks a page and everything below it.
func (p *pages) walk(id uint64) error {
	page, err := p.read(id)
	if err == nil {
		err = p.elements(page)
	}
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

func (p *pages) elements(page []byte) error {
	flags, count := native.Uint16(page[8:]), int(native.Uint16(page[10:]))
	if flags != branchPage && flags != leafPage {
		return fmt.Errorf("flags %#x", flags)
	}
	if pageHeader+count*pageElement > len(page) {
		return fmt.Errorf("count %d", count)
	}
	if flags == branchPage && count == 0 {
		return errors.New("a branch without children")
	}
	for i := range count {
		at := pageHeader + i*pageElement
		element := page[at : at+pageElement]
		var err error
		if flags == branchPage {
			_, err = within(page[at:], native.Uint32(element), native.Uint32(element[4:]), 0)
			if err == nil {
				err = p.walk(native.Uint64(element[8:]))
			}
		} else {
			var value []byte
			value, err = within(page[at:], native.Uint32(element[4:]), native.Uint32(element[8:]), native.Uint32(element[12:]))
			if err == nil && native.Uint32(element)&bucketElement != 0 {
				err = p.bucket(value)
			}
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

// within is an element's value, which lies behind its key at a position counted from the element.
func within(rest []byte, position, key, value uint32) ([]byte, error) {
	from := int64(position) + int64(key)
	if end := from + int64(value); end <= int64(len(rest)) {
		return rest[from:end], nil
	}
	return nil, errors.New("out of its page")
}

func (p *pages) bucket(value []byte) error {
	if len(value) < bucketHeader {
		return errors.New("half a bucket")
	}
	if root := native.Uint64(value); root != 0 {
		return p.walk(root)
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || native.Uint16(inline[8:]) != leafPage {
		return errors.New("a bucket without a page")
	}
	return p.elements(inline)
}

func checkFreelist(page []byte) error {
	flags, count, room := native.Uint16(page[8:]), uint64(native.Uint16(page[10:])), uint64(len(page)-pageHeader)/8
	if count == manyFree {
		count, room = native.Uint64(page[pageHeader:]), room-1
	}
	if flags != freelistPage || count > room {
		return fmt.Errorf("flags %#x, count %d", flags, count)
	}
	return nil
}
