// Package record writes the rows of a cloud's tables as JSON, one row a line, and reads them back exactly.
//
// It does not use the tags and methods that types have for the wire, for these leave things out: every exported field is
// written under its Go name, unless it has its zero value. So nil and empty slices stay apart, and so do the numbers of an
// interface. Strings that are no UTF-8 are written in base64.
//
// The bytes of a [content.Content] are not written but referred to, by the ids of their blobs, with what is known of
// their hashes; see [Blobs].
package record

import (
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Blobs is where a record's blobs are kept.
type Blobs interface {
	// Refer returns the id under which the bytes of a blob are, or will be, found, of which the row needs those of the
	// extent. Where the row says that its content lies in a place of its own, named is true, and the blob need not be kept
	// elsewhere.
	Refer(e content.Extent, named bool) (id string, err error)
	// Resolve is the inverse of Refer. The blob has to have at least so many bytes.
	Resolve(id string, size int64) (content.Blob, error)
}

// named is the value of the tag "row" of fields whose content lies in a place of its own.
const named = "named"

// Append appends the row, a pointer to a struct, to dst. The row is not changed.
func Append(dst []byte, row any, blobs Blobs) ([]byte, error) {
	v := reflect.ValueOf(row)
	c, err := coderOf(v.Type().Elem())
	if err != nil {
		return dst, err
	}
	w := writer{buf: dst, blobs: blobs}
	if err := c.write(&w, v.Elem()); err != nil {
		return dst, err
	}
	return w.buf, nil
}

// Decode reads what Append wrote into row, a pointer to a struct of zero value.
func Decode(text []byte, row any, blobs Blobs) error {
	v := reflect.ValueOf(row)
	c, err := coderOf(v.Type().Elem())
	if err != nil {
		return err
	}
	r := reader{text: text, blobs: blobs}
	if err := c.read(&r, v.Elem()); err != nil {
		return fmt.Errorf("at byte %d: %w", r.at, err)
	}
	if r.space(); r.at < len(r.text) {
		return fmt.Errorf("at byte %d: more than one value", r.at)
	}
	return nil
}

// Check reports why rows of a type cannot be written, if so.
func Check(row any) error {
	_, err := coderOf(reflect.TypeOf(row).Elem())
	return err
}

// coder is how values of one type are written and read.
type coder struct {
	write func(*writer, reflect.Value) error
	read  func(*reader, reflect.Value) error
}

// coders are computed once for each type of row; they hold nothing of any cloud.
var coders sync.Map // reflect.Type to *coder

func coderOf(t reflect.Type) (*coder, error) {
	if c, ok := coders.Load(t); ok {
		return c.(*coder), nil
	}
	c, err := newCoder(t)
	if err != nil {
		return nil, fmt.Errorf("record: %s: %w", t, err)
	}
	coders.Store(t, c)
	return c, nil
}

// NoBlobs is for rows without contents.
type NoBlobs struct{}

// Refer fails.
func (NoBlobs) Refer(content.Extent, bool) (string, error) { return "", errNoBlobs }

// Resolve fails.
func (NoBlobs) Resolve(string, int64) (content.Blob, error) { return nil, errNoBlobs }

var errNoBlobs = errors.New("there are no blobs here")
