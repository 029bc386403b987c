// Package stores has the drivers that keep the data of images: in memory, or in a directory. A driver is a [Bucket]; the
// suite in storetest says what one must do.
package stores

import (
	"context"
	"errors"
	"io"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Object is what a bucket keeps under a name. It is a value, to be held by whoever may need the bytes: they stay
// readable through Content for as long as it is held, even when the object has been deleted.
type Object struct {
	Name    string
	Content content.Content
}

// Bucket keeps objects. It is safe for concurrent use.
type Bucket interface {
	// Put keeps what r has, under a name that Check accepts, in place of an earlier object of that name. It reads no
	// more than limit+1 bytes, and refuses more than limit with a *content.TooLargeError; a reader that is a
	// content.Handle need not be read. An error leaves nothing behind. The Sums of the content are known afterwards.
	Put(ctx context.Context, name string, r io.Reader, limit int64) (Object, error)
	// Open returns the content of an object by its name alone, for one that was kept by an earlier process. A bucket
	// that keeps nothing of its own answers ErrNotFound to names.
	Open(ctx context.Context, name string) (Object, error)
	// Delete gives up the object; nothing happens if it is gone already.
	Delete(ctx context.Context, name string) error
}

// ErrNotFound is the answer to a name that a bucket does not know.
var ErrNotFound = errors.New("stores: no such object")

// ErrName is the answer to a name that no object can have.
var ErrName = errors.New("stores: not an object's name")

// Check accepts names of 1 to 255 letters, digits, dashes, underscores and dots that do not begin with a dot, so that a
// name is one file and never leads out of a directory.
func Check(name string) error {
	if name == "" || len(name) > 255 || name[0] == '.' {
		return ErrName
	}
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return ErrName
		}
	}
	return nil
}
