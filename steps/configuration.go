package steps

import (
	"fmt"

	"github.com/goccy/go-yaml"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/fixtures"
)

// configuration is what a scenario asks of the emulated cloud that is made for it, in a form that another process
// understands as well as this one.
type configuration struct {
	Fixture        string // YAML; what it leaves out is as in the default fixture
	GlanceEndpoint string // of another Glance for Cinder; "" is the cloud's own
}

// unhurried lets background work take its time, so that scenarios can see what is before it.
const unhurried = `clock:
  delays: {cinder.volume.create: 1s, cinder.volume.delete: 1s, cinder.volume.extend: 1s, cinder.volume.upload_image: 10s,
    cinder.volume.retry_upload: 1s, cinder.snapshot.create: 1s}
`

// fromHere is the configuration of a Glance on this machine that fetches data from servers on it.
const fromHere = "web_download_from_here"

// configurations are what the tags @config:... ask for.
func configurations() map[string]configuration {
	return map[string]configuration{
		"new_defaults":    {}, // of policies: what new releases come with
		"retyping_driver": {}, // of backends: one that changes a volume's type in place

		"single_store": {Fixture: `image: {single_store: true}`},
		"weighted_stores": {Fixture: `image:
  stores: [{id: reliable, weight: 300}, {id: fast, weight: 200}, {id: cheap, weight: 100}, {id: archive, type: http}]`},
		fromHere:              {Fixture: `image: {import_filtering_opts: {allowed_hosts: [127.0.0.1], allowed_ports: []}}`},
		"unreachable_glance":  {GlanceEndpoint: "http://127.0.0.1:1"},
		"compute":             {Fixture: `compute: {enabled: true}`},
		"force_upload":        {Fixture: `block_storage: {enable_force_upload: true}`},
		"compressed_images":   {Fixture: `block_storage: {allow_compression_on_image_upload: true}`},
		"nothing_carried":     {Fixture: `block_storage: {glance_core_properties: []}`},
		"reserved_namespaces": {Fixture: `block_storage: {reserved_image_namespaces: [os_]}`},
		"no_image_conversion": {Fixture: `block_storage: {image_conversion_disable: true}`},

		"variant_glance_store":           {Fixture: `block_storage: {variants: {glance_store: cheap}}`},
		"variant_upload_store_parameter": {Fixture: `block_storage: {variants: {upload_store_parameter: true}}`},
		"variant_type_store_property":    {Fixture: `block_storage: {variants: {type_store_property: true}}`},
	}
}

// configurationFor is what a scenario's tags ask for together. It is a NotHere if one of them is not known.
func configurationFor(s Scenario) (configuration, error) {
	var all configuration
	whole := map[string]any{}
	if err := overlay(whole, unhurried); err != nil {
		return all, err
	}
	known := configurations()
	for _, name := range s.Values("@config:") {
		c, ok := known[name]
		if !ok {
			return all, NotHere{"the emulator has no configuration " + name}
		}
		if c.GlanceEndpoint != "" {
			all.GlanceEndpoint = c.GlanceEndpoint
		}
		if err := overlay(whole, c.Fixture); err != nil {
			return all, fmt.Errorf("@config:%s: %w", name, err)
		}
	}
	text, err := yaml.Marshal(whole)
	all.Fixture = string(text)
	return all, err
}

// options are the configuration as the emulator has it.
func (c configuration) options() ([]emulator.Option, error) {
	fixture, err := fixtures.Parse("the scenario's fixture", []byte(c.Fixture))
	if err != nil {
		return nil, err
	}
	opts := []emulator.Option{emulator.WithFixture(fixture)}
	if c.GlanceEndpoint != "" {
		opts = append(opts, emulator.WithGlanceEndpoint(c.GlanceEndpoint))
	}
	return opts, nil
}

// overlay puts a fixture over another: what it says wins, lists as a whole.
func overlay(under map[string]any, text string) error {
	var over map[string]any
	if err := yaml.Unmarshal([]byte(text), &over); err != nil {
		return err
	}
	merge(under, over)
	return nil
}

func merge(under, over map[string]any) {
	for key, value := range over {
		below, ok := under[key].(map[string]any)
		if above, is := value.(map[string]any); ok && is {
			merge(below, above)
			continue
		}
		under[key] = value
	}
}
