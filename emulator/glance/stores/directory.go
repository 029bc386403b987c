package stores

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Directory is the bucket of a store in the directory of that path, which is made when it is first needed. Each object
// is a file of its name, with holes where the content is zeros.
//
// A file is kept open for as long as its content is in use anywhere, so that it can be read when it has been deleted.
type Directory string

var _ Bucket = Directory("")

// open opens the directory such that no name leads out of it.
func (d Directory) open() (*os.Root, error) {
	if err := os.MkdirAll(string(d), 0o755); err != nil {
		return nil, err
	}
	return os.OpenRoot(string(d))
}

// Put writes a file beside its place, and moves it there once it is whole.
func (d Directory) Put(ctx context.Context, name string, r io.Reader, limit int64) (Object, error) {
	if err := Check(name); err != nil {
		return Object{}, err
	}
	root, err := d.open()
	if err != nil {
		return Object{}, err
	}
	defer root.Close()
	part, err := newPart(root, name)
	if err != nil {
		return Object{}, err
	}
	c, err := content.Spool(ctx, r, content.AtMost(limit), content.Into(part))
	return Object{name, c}, err
}

// Open finds a file that is there.
func (d Directory) Open(_ context.Context, name string) (Object, error) {
	if err := Check(name); err != nil {
		return Object{}, err
	}
	root, err := os.OpenRoot(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return Object{}, ErrNotFound
	}
	if err != nil {
		return Object{}, err
	}
	defer root.Close()
	f, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Object{}, ErrNotFound
	}
	if err != nil {
		return Object{}, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("stores: %q is no file", name)
	}
	if err != nil {
		return Object{}, errors.Join(err, f.Close())
	}
	return Object{name, content.FromBlob(newFile(f, root, name, info.Size()))}, nil
}

// Delete removes the file.
func (d Directory) Delete(_ context.Context, name string) error {
	if err := Check(name); err != nil {
		return err
	}
	root, err := os.OpenRoot(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// file is a blob in a directory. Its descriptor is closed when nothing refers to it any more.
type file struct {
	*os.File
	path string
	size int64

	content.Twins
}

func newFile(f *os.File, in *os.Root, name string, size int64) *file {
	path := filepath.Join(in.Name(), name)
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return &file{File: f, path: path, size: size}
}

func (f *file) ID() string  { return content.FilePrefix + f.path }
func (f *file) Size() int64 { return f.size }

// part is a file that is being written. Its name begins with a dot, so it is no object.
type part struct {
	*os.File
	root       *os.Root
	temp, name string
}

func newPart(root *os.Root, name string) (*part, error) {
	for i := 0; ; i++ {
		temp := ".part-" + strconv.Itoa(i)
		f, err := root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return &part{f, root, temp, name}, err
	}
}

// Commit gives the file its length and its name.
func (p *part) Commit(size int64) (content.Blob, error) {
	if err := p.Truncate(size); err != nil {
		return nil, err
	}
	if err := p.root.Rename(p.temp, p.name); err != nil {
		return nil, err
	}
	return newFile(p.File, p.root, p.name, size), nil
}

// Discard removes the file.
func (p *part) Discard() error {
	return errors.Join(p.Close(), p.root.Remove(p.temp))
}
