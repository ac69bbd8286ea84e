//! Where a pipeline has put the repository: services look there for the files that a report names, not in the current folder.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The variables in which GitHub Actions, GitLab and Azure Pipelines tell it.
const VARIABLES: [&str; 3] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"];

/// The folder that the pipeline has for the repository; none outside of a pipeline.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checkout {
    /// As it is told, and without symbolic links.
    spellings: Vec<PathBuf>,
    /// It is the repository's top folder. Otherwise there may be several repositories in it, side by side.
    is_top: bool,
}

impl Checkout {
    /// The checkout of the pipeline that this process runs in.
    pub(crate) fn of_environment() -> Self {
        let told = VARIABLES.into_iter().filter_map(env::var_os).map(PathBuf::from);
        told.filter(|it| it.is_absolute())
            .map(Self::at)
            .next()
            .unwrap_or_default()
    }

    /// The checkout in this folder (absolute).
    pub(crate) fn at(folder: PathBuf) -> Self {
        let real = fs::canonicalize(&folder).ok().filter(|it| *it != folder);
        Checkout {
            is_top: is_repository(&folder),
            spellings: std::iter::once(folder).chain(real).collect(),
        }
    }

    /// The path of a file relative to the repository's top folder; `None`: it is elsewhere.
    pub(crate) fn inside<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let folder = self.spellings.iter().find(|it| path.starts_with(it))?;
        let below = || path.ancestors().skip(1).take_while(|it| it != folder);
        let top = match self.is_top {
            true => None,
            // The outermost one: a submodule is not what the service looks at.
            false => below().filter(|it| is_repository(it)).last(),
        };
        path.strip_prefix(top.unwrap_or(folder)).ok()
    }
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn inside(checkout: &Checkout, path: &Path, expected: Option<&str>) {
        assert_eq!(checkout.inside(path), expected.map(Path::new));
    }

    #[test]
    fn a_path_starts_at_the_top_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one/packages/app/a.jsonc");
        let other = folder.path().join("two/b.jsonc");
        fs::create_dir_all(folder.path().join("one/packages/app/.git")).unwrap();
        inside(&Checkout::at(folder.path().join("one")), &file, Some("a.jsonc"));
        // With a repository around, that one is a submodule.
        fs::create_dir(folder.path().join("one/.git")).unwrap();
        inside(
            &Checkout::at(folder.path().join("one")),
            &file,
            Some("packages/app/a.jsonc"),
        );
        let side_by_side = Checkout::at(folder.path().to_owned());
        inside(&side_by_side, &file, Some("packages/app/a.jsonc"));
        inside(&side_by_side, &other, Some("two/b.jsonc"));
        inside(&Checkout::at(folder.path().join("one")), &other, None);
        inside(&Checkout::default(), &file, None);
    }

    #[cfg(unix)]
    #[test]
    fn a_checkout_is_known_by_its_real_name_too() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let checkout = Checkout::at(link.clone());
        inside(&checkout, &link.join("a.jsonc"), Some("a.jsonc"));
        let real = fs::canonicalize(real).unwrap();
        inside(&checkout, &real.join("a.jsonc"), Some("a.jsonc"));
    }
}
