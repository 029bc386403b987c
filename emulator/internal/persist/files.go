package persist

import (
	"container/list"
	"os"
	"sync"
)

// maxOpenFiles is how many files of blobs are kept open for the next read, far below what a process may have.
const maxOpenFiles = 128

// openFiles are the files that were read last.
type openFiles struct {
	max int

	mu     sync.Mutex // guards the rest; not held while reading
	byName map[string]*list.Element
	used   *list.List // of *openFile, the latest first
}

// openFile is closed when it was put away and the last of its readers has ended.
type openFile struct {
	*os.File
	readers int
	away    bool
}

func newOpenFiles(n int) *openFiles {
	return &openFiles{max: n, byName: map[string]*list.Element{}, used: list.New()}
}

func (o *openFiles) readAt(name string, p []byte, off int64) (int, error) {
	f, err := o.take(name)
	if err != nil {
		return 0, err
	}
	n, err := f.ReadAt(p, off)
	if e := o.give(f); err == nil {
		err = e
	}
	return n, err
}

func (o *openFiles) take(name string) (*openFile, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e, ok := o.byName[name]; ok {
		o.used.MoveToFront(e)
		f := e.Value.(*openFile)
		f.readers++
		return f, nil
	}
	opened, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	f := &openFile{File: opened, readers: 1}
	o.byName[name] = o.used.PushFront(f)
	for o.used.Len() > o.max {
		o.putAway(o.used.Back())
	}
	return f, nil
}

func (o *openFiles) give(f *openFile) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f.readers--; f.readers == 0 && f.away {
		return f.Close()
	}
	return nil
}

func (o *openFiles) putAway(e *list.Element) {
	f := o.used.Remove(e).(*openFile)
	delete(o.byName, f.Name())
	if f.away = true; f.readers == 0 {
		_ = f.Close() // it was only read
	}
}

// forget puts a file away.
func (o *openFiles) forget(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e, ok := o.byName[name]; ok {
		o.putAway(e)
	}
}

// close puts all files away. They can be opened again.
func (o *openFiles) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.used.Len() > 0 {
		o.putAway(o.used.Back())
	}
}
