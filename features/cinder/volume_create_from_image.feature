@cinder @glance
Feature: A volume from an image
  A volume can begin as a copy of an image. It remembers what the image said of itself, and hands it on when it is uploaded.

  @op:cinder.volumes.create
  Scenario: The volume remembers its image
    Given I create an image "golden" with:
      | disk_format      | raw    |
      | container_format | bare   |
      | os_distro        | debian |
    And I send the data "hello" to the image "golden"
    When I create a volume "boot" of 1 GiB from the image "golden"
    Then the volume "boot" becomes "available"
    And the volume "boot" has:
      | bootable | true |
      | size     | 1    |
    And the volume "boot" keeps of its image:
      | image_id         | {golden}                         |
      | os_distro        | debian                           |
      | disk_format      | raw                              |
      | container_format | bare                             |
      | checksum         | 5d41402abc4b2a76b9719d911017c592 |
      | size             | 5                                |
      | min_disk         | 0                                |

  @op:cinder.volumes.create @op:cinder.volumes.os-volume_upload_image @slow
  Scenario: The image's bytes are the volume's, and those of an image of the volume
    Given an active image "golden" with the data "hello"
    And an available volume "boot" of 1 GiB from the image "golden"
    When I upload the volume "boot" to an image "copy"
    And the upload ends
    Then the image "copy" is "active"
    And the image "copy" holds the data "hello" and zeros up to 1 GiB

  @op:cinder.volumes.create
  Scenario: An image in any store will do
    Given Glance has the stores:
      | cheap | |
    And an active image "golden" with the data "hello" in the store "cheap"
    When I create a volume "boot" of 1 GiB from the image "golden"
    Then the volume "boot" becomes "available"

  @op:cinder.volumes.create
  Scenario: An image that does not exist
    Given there is no image "lost"
    When I try to create a volume "boot" of 1 GiB from the image "lost"
    Then it is refused as a bad request, saying "Invalid image identifier or unable to access requested image."

  @op:cinder.volumes.create
  Scenario: A stranger's image
    Given an active image "golden" with the data "hello"
    When a stranger tries to create a volume "boot" of 1 GiB from the image "golden"
    Then it is refused as a bad request, saying "Invalid image identifier or unable to access requested image."

  @op:cinder.volumes.create
  Scenario: An image without data
    Given an image "golden"
    When I try to create a volume "boot" of 1 GiB from the image "golden"
    Then it is refused as a bad request, saying "Invalid input received: Image {golden} is not active."

  @op:cinder.volumes.create
  Scenario: An image that wants a larger disk
    Given I create an image "golden" with:
      | disk_format      | raw  |
      | container_format | bare |
      | min_disk         | 2    |
    And I send the data "hello" to the image "golden"
    When I try to create a volume "boot" of 1 GiB from the image "golden"
    Then it is refused as a bad request, saying "Invalid input received: Volume size 1GB cannot be smaller than the image minDisk size 2GB."

  @op:cinder.volumes.create @control
  Scenario: An image whose only store is gone
    Given an active image "golden" with the data "hello" in the store "cheap"
    When the store "cheap" is removed from Glance
    And I create a volume "boot" of 1 GiB from the image "golden"
    Then the volume "boot" becomes "error"
    And I find the message "schedule allocate volume:Could not find any available weighted backend." about the volume "boot", of the event "VOLUME_VOLUME_001_003"
