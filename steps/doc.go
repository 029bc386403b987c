// Package steps is the step library of the features, for godog: what a sentence such as
//
//	When I upload the volume "boot" to an image "golden"
//
// does on a cloud. It runs the features of this project, and whoever imports it writes features of their own with it:
//
//	func TestBackups(t *testing.T) {
//		report, err := steps.Run(t.Context(), steps.Options{Target: &steps.Emulator{}, Features: os.DirFS("features")})
//		...
//	}
//
// Options.Initialize adds steps of one's own, which reach the scenario's World: its clients, the ids behind its names.
// VOCABULARY.md lists the steps of this package, each with an example; examples/bdd is a project that uses them.
//
// # People
//
// Three people act, each with a project of the same name: "I" am the member demo, "the administrator" is admin, and
// "a stranger" is alt_demo, a member of another project. Who asks for something gets it, or the step fails; who "tries to"
// may be refused, and the next step must say how:
//
//	When I try to upload the volume "boot" to an image "golden"
//	Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
//
// {boot} is the id of the volume, image or volume type that the scenario calls boot.
//
// # Targets
//
// The same scenario runs on any Target: an Emulator, made for each scenario, or a RunningCloud, such as that of a
// clouds.yaml, which the scenarios share. There, resources get names of their own and are removed afterwards. What happens
// in the background is brought about by the emulator's clock, and waited for elsewhere.
//
// Stores and projects are roles there. A scenario that begins with
//
//	Given Glance has the stores:
//	  | fast    | default   |
//	  | archive | read-only |
//
// means by "fast" the default store, whatever the cloud calls it, and by "archive" one that is read-only.
//
// # Tags
//
//	@op:cinder.volumes.create   the operations a scenario is about; skipped while the emulator lacks one
//	@microversion:3.52          the block storage microversion it needs
//	@image-api:2.17             the version of the Images API
//	@since:epoxy, @until:zed    the releases that behave so
//	@import:copy-image          a method of importing images that Glance must offer
//	@only-stores                the stores that it names must be all that there are
//	@named-stores               and have these very names
//	@control                    needs control over the cloud: to fill a store, to remove it
//	@config:single_store        needs a cloud configured in this way from the beginning
//	@conversion                 converts between disk formats, for which an emulator needs qemu-img
//	@slow                       moves gibibytes that take their time even in an emulator
//	@variant                    is about a variant of Cinder that was never merged
//
// A scenario that a target cannot run is skipped and counted, with the reason, in the Report. Nothing else goes without
// being noticed: see Load and Options.Select for what is refused before a run, and Run for what fails it.
package steps
