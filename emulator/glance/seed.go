package glance

import (
	"context"
	"fmt"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// seedHead is what the data of seeded images begins with; the rest is zeros.
const seedHead = "fauxstack: a small image to boot nothing from\n"

// seedSize is the size of seeded images that name none, and seedMD5 and seedSHA512 are their sums, written down so that
// starting a cloud hashes nothing.
const (
	seedSize   = 16 << 20
	seedMD5    = "1aca13afabc0f54e41955585682e2c29"
	seedSHA512 = "3e5449be4d4931751c0080d46d90f92dd7816c296c9a7e0e21d94458869e03f3f4b8c54fe3f3c17c836bf480098ab61f194b7e98b334942d596b976cc9887ad0"
)

func (s *Service) seedImage(tx *state.Tx, c ImageConfig) error {
	now := s.clock.Now()
	i := Image{
		ID: c.ID, Name: &c.Name, Status: StatusActive, Visibility: c.Visibility, Owner: c.Owner, DiskFormat: c.DiskFormat,
		ContainerFormat: c.ContainerFormat, MinDisk: c.MinDisk, MinRAM: c.MinRAM, Protected: c.Protected, Hidden: c.Hidden,
		Properties: c.Properties, Tags: c.Tags, CreatedAt: now, UpdatedAt: now,
	}
	if i.ID == "" {
		i.ID = s.ids.UUID()
	}
	if i.Visibility == "" {
		i.Visibility = Public
	}
	if i.DiskFormat == "" {
		i.DiskFormat = "raw"
	}
	if i.ContainerFormat == "" {
		i.ContainerFormat = "bare"
	}
	if c.Size == 0 {
		c.Size = seedSize
	}
	if c.Store == "" {
		c.Store = s.cfg.DefaultStore
	}
	data := content.Bytes([]byte(seedHead)).Resize(c.Size)
	sums := content.Sums{MD5: seedMD5, SHA512: seedSHA512}
	if c.Size != seedSize {
		var err error
		if sums, err = data.Sums(context.Background()); err != nil {
			return fmt.Errorf("image %s: %w", c.Name, err)
		}
	}
	i.hold(Location{Store: c.Store, Object: stores.Object{Name: i.ID, Content: data}}, sums)
	s.images.Put(tx, i)
	return nil
}
