package cinder

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Data is the bytes of a volume, a snapshot or a backup, as they were when they were asked for.
type Data interface {
	io.ReadSeeker
	io.ReaderAt
	io.WriterTo
	// Size is the number of bytes.
	Size() int64
}

// Errors of what has, or is to have, data.
var (
	ErrNoData = errors.New("it does not exist")     // no volume, snapshot or backup has the id
	ErrNoRoom = errors.New("not within the volume") // what is to be written lies outside of the volume
)

// VolumeData is what a volume holds, whatever its status.
func (s *Service) VolumeData(ctx context.Context, id string) (Data, error) {
	if err := s.queue.RunDue(ctx); err != nil {
		return nil, err
	}
	v, ok := s.volumes.Get(s.db.View(), id)
	return dataOf("volume", id, v.Content, ok)
}

// SnapshotData is what a snapshot holds. It is empty until the snapshot is available.
func (s *Service) SnapshotData(ctx context.Context, id string) (Data, error) {
	if err := s.queue.RunDue(ctx); err != nil {
		return nil, err
	}
	sn, ok := s.snapshots.Get(s.db.View(), id)
	return dataOf("snapshot", id, sn.Content, ok)
}

// BackupData is what restoring a backup writes to a volume, incremental or not. It is empty until the backup is available.
func (s *Service) BackupData(ctx context.Context, id string) (Data, error) {
	if err := s.queue.RunDue(ctx); err != nil {
		return nil, err
	}
	view := s.db.View()
	b, ok := s.backups.Get(view, id)
	kept, _ := s.archives.Get(view, b.ServiceMetadata)
	return dataOf("backup", id, kept.Content, ok)
}

func dataOf(what, id string, bytes content.Content, ok bool) (Data, error) {
	if !ok {
		return nil, fmt.Errorf("%s %q: %w", what, id, ErrNoData)
	}
	return bytes.NewReader(), nil
}

// WriteVolume writes all of r over a volume's bytes from an offset on, as a server would that has the volume attached;
// its status does not matter. It returns how many bytes were written: all of them or, with an error, none. What does not
// fit into the volume is an error. Snapshots, clones and images of the volume keep what they have.
func (s *Service) WriteVolume(ctx context.Context, id string, offset int64, r io.Reader) (int64, error) {
	if err := s.queue.RunDue(ctx); err != nil {
		return 0, err
	}
	v, ok := s.volumes.Get(s.db.View(), id)
	if !ok {
		return 0, fmt.Errorf("volume %q: %w", id, ErrNoData)
	}
	size := v.Content.Size()
	if offset < 0 || offset > size {
		return 0, fmt.Errorf("volume %s: %w: offset %d, want 0 to %d", id, ErrNoRoom, offset, size)
	}
	data, err := content.Keep(ctx, s.blobs, r, content.AtMost(size-offset))
	var tooLarge *content.TooLargeError
	if errors.As(err, &tooLarge) {
		return 0, fmt.Errorf("volume %s: %w: it has %d bytes from offset %d on", id, ErrNoRoom, tooLarge.Limit, offset)
	}
	if err != nil {
		return 0, fmt.Errorf("volume %s: %w", id, err)
	}
	err = s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, id)
		switch {
		case !ok:
			return fmt.Errorf("volume %q: %w", id, ErrNoData)
		case v.Content.Size() < offset+data.Size():
			return fmt.Errorf("volume %s: %w: it has become smaller", id, ErrNoRoom)
		}
		v.Content = v.Content.Overlay(offset, data)
		s.putVolume(tx, v)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return data.Size(), nil
}
