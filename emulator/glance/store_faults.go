package glance

import (
	"bytes"
	"context"
	"math"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
)

// refusalOf is what a store's condition makes of data: it refuses it, or has room for so many bytes and then fails as
// upstream's driver does.
func refusalOf(c *fault.Condition) (room int64, full, refusal error) {
	switch c.Is {
	case fault.Full:
		return c.AfterBytes, storageFull(), nil
	case fault.Broken:
		return c.AfterBytes, mediumFailed(), nil
	case fault.ReadOnly:
		return 0, nil, addingDisabled()
	case fault.Denied:
		return 0, nil, writeDenied()
	}
	return math.MaxInt64, nil, nil
}

func addingDisabled() error {
	return fail.New(fail.Gone, "Error in store configuration. Adding images to store is disabled.")
}

// mediumFailed is an I/O error, which glance_store's file driver passes on as it is: a 500 without words.
func mediumFailed() error { return &fail.Error{Kind: fail.Internal, Resource: unserialized} }

// corrupted is data as a store has it that got one byte wrong.
func (s *Service) corrupted(ctx context.Context, data content.Content) (content.Content, error) {
	if data.Size() == 0 {
		return data, nil
	}
	at := data.Size() / 2
	var one [1]byte
	if _, err := data.ReadAt(one[:], at); err != nil {
		return data, err
	}
	wrong, err := content.Keep(ctx, s.blobs, bytes.NewReader([]byte{^one[0]}))
	return data.Overlay(at, wrong), err
}

// take lets the time pass that a store takes to give the data of an image.
func (s *Service) take(ctx context.Context, l Location, image string) error {
	return s.faults.OnStore(fault.Use{Store: l.Store, Image: image, Reads: true}).Spend(ctx, l.Object.Content.Size())
}
