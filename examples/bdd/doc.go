// Package bdd is an example of a project of its own that describes its use of OpenStack in Gherkin.
//
// The project keeps golden images: publish.go publishes a volume as an image that carries the label of a team, which its
// users rely on. features/publish.feature says so, in the vocabulary of github.com/fauxstack/fauxstack/steps and with two
// steps of its own, which publish_test.go adds. The scenarios run against the emulator,
//
//	go test ./...
//
// and, unchanged, against a cloud whose clouds.yaml has the entries mycloud-admin, mycloud-demo and mycloud-alt_demo:
//
//	FAUXSTACK_OS_CLOUD=mycloud go test -v ./...
package bdd
