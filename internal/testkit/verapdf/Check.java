import java.io.FileInputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints a line for each rule of PDF/UA-1 that a file breaks, and the number of checks that were made. */
public class Check {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int checks = 0;
        for (String file : files) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), PDFAFlavour.PDFUA_1)) {
                ValidationResult all = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFUA_1, false).validate(parser);
                checks += all.getTotalAssertions();
                TreeMap<String, Integer> broken = new TreeMap<>();
                for (TestAssertion one : all.getTestAssertions()) {
                    if (one.getStatus() == TestAssertion.Status.FAILED) {
                        broken.merge(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + ": " + one.getMessage(), 1, Integer::sum);
                    }
                }
                broken.forEach((rule, times) -> System.out.println(file + ": " + times + " times " + rule));
            }
        }
        System.out.println("checks: " + checks);
    }
}
