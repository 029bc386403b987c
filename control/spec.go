package control

import (
	"cmp"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/fixtures"
)

// optionsOf turns what the API was given into the emulator's options, which check themselves when they are applied.
func (s *Server) optionsOf(spec client.Spec) ([]emulator.Option, error) {
	var opts []emulator.Option
	if spec.Fixture != nil {
		fixture, err := s.readFixture(spec.Fixture)
		if err != nil {
			return nil, err
		}
		opts = append(opts, emulator.WithFixture(fixture))
	}
	if spec.Snapshot != nil {
		begin, err := s.snapshotOf(*spec.Snapshot)
		if err != nil {
			return nil, err
		}
		opts = append(opts, begin)
	}
	o := spec.Options
	for _, c := range []struct {
		given  bool
		option func() emulator.Option
	}{
		{len(o.Stores) > 0, func() emulator.Option { return emulator.WithGlanceStores(o.Stores...) }},
		{len(o.Backends) > 0, func() emulator.Option { return emulator.WithBackends(o.Backends...) }},
		{o.Release != "", func() emulator.Option { return emulator.WithRelease(o.Release) }},
		{o.Seed != 0, func() emulator.Option { return emulator.WithSeed(o.Seed) }},
		{o.Speed != 0, func() emulator.Option { return emulator.WithSpeed(o.Speed) }},
		{o.Jitter != 0, func() emulator.Option { return emulator.WithJitter(o.Jitter) }},
		{len(o.Faults) > 0, func() emulator.Option { return emulator.WithFaults(o.Faults...) }},
		{o.RequestLog != nil, func() emulator.Option { return emulator.WithRequestLog(*o.RequestLog) }},
		{o.AnnouncedURL != "", func() emulator.Option { return emulator.WithAnnouncedURL(o.AnnouncedURL) }},
		{o.GlanceEndpoint != "", func() emulator.Option { return emulator.WithGlanceEndpoint(o.GlanceEndpoint) }},
		{changesCinder(o), func() emulator.Option { return emulator.WithCinder(func(c *cinder.Config) { configureCinder(o, c) }) }},
		{o.SingleStore != nil || o.ImageSizeCap != nil, func() emulator.Option {
			return emulator.WithGlance(func(c *glance.Config) { configureGlance(o, c) })
		}},
	} {
		if c.given {
			opts = append(opts, c.option())
		}
	}
	clock, err := clockOf(o)
	if err != nil {
		return nil, err
	}
	for _, name := range generalFirst(o.Delays) {
		opts = append(opts, emulator.WithDelay(name, time.Duration(o.Delays[name])))
	}
	return append(opts, clock...), nil
}

// generalFirst puts patterns before the names that they may match, for the later of two options wins.
func generalFirst(delays map[string]client.Duration) []string {
	return slices.SortedFunc(maps.Keys(delays), func(a, b string) int {
		return cmp.Or(strings.Count(b, "*")-strings.Count(a, "*"), len(a)-len(b), strings.Compare(a, b))
	})
}

func clockOf(o client.Options) ([]emulator.Option, error) {
	switch o.Clock {
	case "manual":
		return []emulator.Option{emulator.WithManualClock(o.Start)}, nil
	case "step":
		return []emulator.Option{emulator.WithStepClock(o.Start, time.Duration(o.Step))}, nil
	}
	if !o.Start.IsZero() {
		return nil, invalid("start: only a manual or stepped clock begins at a given time")
	}
	if o.Clock == "" {
		return nil, nil
	}
	return []emulator.Option{emulator.WithClock(o.Clock)}, nil
}

func changesCinder(o client.Options) bool {
	return o.EnableForceUpload != nil || o.AllowCompressionOnImageUpload != nil || o.ImageConversionDisable != nil ||
		o.GlanceStore != nil || o.UploadStoreParameter != nil || o.TypeStoreProperty != nil
}

func configureCinder(o client.Options, c *cinder.Config) {
	set(&c.EnableForceUpload, o.EnableForceUpload)
	set(&c.AllowCompressionOnImageUpload, o.AllowCompressionOnImageUpload)
	set(&c.ImageConversionDisable, o.ImageConversionDisable)
	set(&c.Variants.GlanceStore, o.GlanceStore)
	set(&c.Variants.UploadStoreParameter, o.UploadStoreParameter)
	set(&c.Variants.TypeStoreProperty, o.TypeStoreProperty)
}

func configureGlance(o client.Options, c *glance.Config) {
	set(&c.SingleStore, o.SingleStore)
	set(&c.ImageSizeCap, o.ImageSizeCap)
}

// set changes what is to be changed.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// readFixture takes YAML in a string, or the same as JSON.
func (s *Server) readFixture(value any) (emulator.Fixture, error) {
	text, ok := value.(string)
	if !ok {
		raw, err := json.Marshal(value)
		if err != nil {
			return emulator.Fixture{}, invalid("fixture: %w", err)
		}
		text = string(raw)
	}
	fixture, err := fixtures.Parse("fixture", []byte(text))
	if err != nil {
		return fixture, invalid("%w", err)
	}
	for _, store := range fixture.Image.Stores {
		if err := s.checkStorePath(store); err != nil {
			return fixture, err
		}
	}
	return fixture, nil
}

// checkStorePath refuses a store that would keep its data where the server was not told that stores may.
func (s *Server) checkStorePath(store glance.StoreConfig) error {
	if store.Bucket != "" {
		return forbidden("store %q: bucket: only the fixture names buckets", store.ID)
	}
	if store.Path == "" {
		return nil
	}
	if s.cfg.StoreRoot == "" {
		return forbidden("store %q: path: stores made over the API keep their data in memory, unless the server has --data or --allow-store-paths", store.ID)
	}
	root, err := filepath.Abs(s.cfg.StoreRoot)
	if err != nil {
		return err
	}
	below, err := filepath.Rel(root, store.Path)
	if err != nil || !filepath.IsAbs(store.Path) || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return forbidden("store %q: path %q: want an absolute path below %s", store.ID, store.Path, root)
	}
	return nil
}
