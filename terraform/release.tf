# A release is a folder with the packages of every function, and an image of the service. All of them follow one name, so
# another name brings back all of them together.

locals {
  release_dir  = "${path.root}/${var.lambda_packages_dir}/${var.release}"
  packages_dir = "${local.release_dir}/${var.cpu_architecture}"

  # The image is the one whose digest the release names. A release that names none has the image with its own name as tag.
  image = try(jsondecode(file("${local.release_dir}/image.json")).digest, var.release)
}
